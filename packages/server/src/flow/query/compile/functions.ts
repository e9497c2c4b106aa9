import type { FunctionName, ValueType } from '@moalog/search-language/pipes';
import { commonType } from '@moalog/search-language/pipes';
import { join, type Sql, sql } from './sql.ts';
import { asFloat, asNumber, asText, asType, type Value } from './value.ts';

type Compile = (values: readonly Value[]) => Value;

const NOTHING: Value = { type: 'text', sql: sql`''` };
const at = (values: readonly Value[], i: number): Value => values[i] ?? NOTHING;

const ofNumber =
  (name: Sql): Compile =>
  (values) => ({ type: 'number', sql: sql`${name}(${asFloat(at(values, 0))})` });
const ofNumbers =
  (name: Sql): Compile =>
  (values) => ({ type: 'number', sql: sql`${name}(${join(values.map(asFloat), ', ')})` });
const ofText =
  (name: Sql, type: ValueType = 'text'): Compile =>
  (values) => ({ type, sql: sql`${name}(${join(values.map(asText), ', ')})` });

/** A number as an index or a count of digits; none where it is no such number. */
const whole = (value: Value): Sql => sql`ifNull(accurateCastOrNull(floor(${asFloat(value)}), 'Int32'), 0)`;

/** Every function of the language. */
export const FUNCTION_SQL: { readonly [K in FunctionName]: Compile } = {
  round: (values) => {
    const number = asFloat(at(values, 0));
    if (values.length < 2) return { type: 'number', sql: sql`round(${number})` };
    // The store takes digits as a constant alone.
    const scaled = sql`arrayMap((n, p) -> round(n * p) / p, [${number}], [pow(10, ${whole(at(values, 1))})])`;
    return { type: 'number', sql: sql`${scaled}[1]` };
  },
  floor: ofNumber(sql`floor`),
  ceil: ofNumber(sql`ceil`),
  abs: ofNumber(sql`abs`),
  sqrt: ofNumber(sql`sqrt`),
  log: ofNumber(sql`log`),
  log10: ofNumber(sql`log10`),
  exp: ofNumber(sql`exp`),
  pow: ofNumbers(sql`pow`),
  least: ofNumbers(sql`least`),
  greatest: ofNumbers(sql`greatest`),
  number: (values) => ({ type: 'number', sql: asNumber(at(values, 0)) }),
  length: ofText(sql`lengthUTF8`, 'number'),
  text: (values) => ({ type: 'text', sql: asText(at(values, 0)) }),
  lower: ofText(sql`lowerUTF8`),
  upper: ofText(sql`upperUTF8`),
  trim: ofText(sql`trimBoth`),
  concat: ofText(sql`concat`),
  substring: (values) => ({
    type: 'text',
    sql: sql`substringUTF8(${asText(at(values, 0))}, greatest(1, ${whole(at(values, 1))})${values.length > 2 ? sql`, greatest(0, ${whole(at(values, 2))})` : sql``})`,
  }),
  replace: (values) => ({
    type: 'text',
    sql: sql`replaceAll(${asText(at(values, 0))}, ${asText(at(values, 1))}, ${asText(at(values, 2))})`,
  }),
  contains: (values) => ({
    type: 'boolean',
    sql: sql`position(${asText(at(values, 0))}, ${asText(at(values, 1))}) > 0`,
  }),
  starts_with: ofText(sql`startsWith`, 'boolean'),
  ends_with: ofText(sql`endsWith`, 'boolean'),
  if: (values) => {
    const type = commonType(values.slice(1).map((value) => value.type));
    return {
      type,
      sql: sql`if(${at(values, 0).sql}, ${asType(at(values, 1), type)}, ${asType(at(values, 2), type)})`,
    };
  },
  coalesce: (values) => {
    const type = commonType(values.map((value) => value.type));
    const tried = values.map((value) => asType(value, type));
    if (type === 'text') return { type, sql: sql`ifNull(coalesce(${join(tried.map(orNothing), ', ')}), '')` };
    return { type, sql: sql`coalesce(${join(tried, ', ')})` };
  },
};

const orNothing = (text: Sql): Sql => sql`nullIf(${text}, '')`;
