export { Audit, type Notes } from './audit.ts';
export type { Actor } from './entry.ts';
