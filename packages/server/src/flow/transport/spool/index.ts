export { openSpool, type Spool, type SpoolConfig } from './spool.ts';
