export { columnOf, columnOfCall, commonType } from './check.ts';
export { describePipeCursor, type PipeCursor } from './complete.ts';
export {
  AGGREGATE_WORDS,
  type AggregateName,
  aggregateOf,
  FUNCTIONS,
  type FunctionName,
  isFunction,
} from './functions.ts';
export { groupsOf } from './grammar/extract.ts';
export { columnsOfEvents } from './grammar/fields.ts';
export { MAX_ROWS } from './grammar/grammar.ts';
export { printInterval } from './grammar/timechart.ts';
export { parseQuery } from './parse-query.ts';
export { columnOfAggregate, printField, printName } from './print.ts';
export { printQuery } from './print-query.ts';
export type * from './tree.ts';
