export { readTimeRange } from '../time-range.ts';
export { compileCondition, type Searched } from './condition.ts';
export type { ResolvedField } from './field.ts';
export { regexesOf } from './regexes.ts';
export { readSearch } from './scope.ts';
export { type Sql, sql, unsafeSql } from './sql.ts';
export { wordsOf } from './words.ts';
