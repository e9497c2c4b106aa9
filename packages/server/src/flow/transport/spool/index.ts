export { openSpool, type Spool, type SpoolConfig, type SpoolOptions } from './spool.ts';
