export { frameIndexLine } from './spool/frame-index.ts';
export { openSpool, type Spool, type SpoolConfig } from './spool/index.ts';
export type * from './transport.ts';
export { untilLoaded } from './until-loaded.ts';
