import type { ValueType } from '@moalog/search-language/pipes';
import { type Sql, sql } from './sql.ts';

/**
 * An expression of the language as the store computes it. `text` is a String, '' where there is none; `number` may be NULL, and is then nothing;
 * `boolean` is 0 or 1; `time` a DateTime64.
 */
export interface Value {
  readonly type: ValueType;
  readonly sql: Sql;
}

/** Text that is no number is none. */
export const asNumber = ({ type, sql: value }: Value): Sql =>
  type === 'text' ? sql`toFloat64OrNull(${value})` : type === 'number' ? value : sql`toFloat64(${value})`;

export function asText({ type, sql: value }: Value): Sql {
  switch (type) {
    case 'text':
      return sql`toString(${value})`;
    case 'number':
      return sql`ifNull(toString(${value}), '')`;
    case 'boolean':
      return sql`if(${value}, 'true', 'false')`;
    case 'time':
      return sql`concat(replaceOne(toString(${value}), ' ', 'T'), 'Z')`;
  }
}

/** Of one type in the store, too: counts and fractions have none in common there. */
export const asFloat = (value: Value): Sql => sql`toFloat64(${asNumber(value)})`;

export const asType = (value: Value, type: ValueType): Sql =>
  type === 'number' ? asFloat(value) : value.type === type ? value.sql : asText(value);

/** Whether there is a value at all. */
export function isThere({ type, sql: value }: Value): Sql {
  if (type === 'text') return sql`${value} != ''`;
  return type === 'number' ? sql`isNotNull(${value})` : sql`1`;
}

/** What to sort by: numbers by size, also those that came as text; what is missing stands last. */
export function sortKeys({ type, sql: value }: Value, descending: boolean): Sql[] {
  const direction = descending ? sql`DESC` : sql`ASC`;
  if (type === 'number') return [sql`${value} ${direction} NULLS LAST`];
  if (type !== 'text') return [sql`${value} ${direction}`];
  return [sql`${value} = ''`, sql`toFloat64OrNull(${value}) ${direction} NULLS LAST`, sql`${value} ${direction}`];
}
