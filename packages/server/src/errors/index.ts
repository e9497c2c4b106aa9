export { ERRORS, type ErrorCode } from './catalogue.ts';
export { type ErrorPlace, MoalogError } from './moalog-error.ts';
export { problemOf } from './problem.ts';
