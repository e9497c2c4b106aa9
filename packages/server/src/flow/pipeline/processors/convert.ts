import { z } from 'zod';
import { fieldSchema, targetSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

const KINDS: Readonly<Record<string, { readonly sql: (value: string) => string; readonly name: string }>> = {
  integer: {
    name: 'a whole number',
    sql: (value) => `ifNull(toString(accurateCastOrNull(toFloat64OrNull(${value}), 'Int64')), '')`,
  },
  float: { name: 'a number', sql: (value) => `ifNull(toString(toFloat64OrNull(${value})), '')` },
  boolean: {
    name: 'true or false',
    sql: (value) =>
      `transform(lower(${value}), ['true', 't', 'yes', 'y', 'on', '1', 'false', 'f', 'no', 'n', 'off', '0'], ['true', 'true', 'true', 'true', 'true', 'true', 'false', 'false', 'false', 'false', 'false', 'false'], '')`,
  },
  seconds: {
    name: 'a duration',
    // 250ms, 1.5s, 2m, 1h3m, 120us; a plain number is seconds.
    sql: (value) =>
      `if(match(${value}, '^[0-9.]+$'), ifNull(toString(toFloat64OrNull(${value})), ''), if(match(${value}, '^(?:[0-9.]+ ?(?:ns|us|µs|μs|ms|s|sec|m|min|h|d) ?)+$'), toString(arraySum(p -> toFloat64OrZero(extract(p, '[0-9.]+')) * transform(extract(p, '[a-zµμ]+'), ['ns', 'us', 'µs', 'μs', 'ms', 's', 'sec', 'm', 'min', 'h', 'd'], [0.000000001, 0.000001, 0.000001, 0.000001, 0.001, 1., 1., 60., 60., 3600., 86400.], 0.), extractAll(${value}, '[0-9.]+ ?[a-zµμ]+'))), ''))`,
  },
  bytes: {
    name: 'a size',
    sql: (value) =>
      `ifNull(toString(parseReadableSizeOrNull(if(match(${value}, '^[0-9.]+$'), concat(${value}, 'B'), ${value}))), '')`,
  },
  string: { name: 'text', sql: (value) => value },
};

/** Every attribute is text in the store; numbers are found as numbers wherever they are written as such. This makes them so, and says where that is not possible. */
export const convert = processor(
  'convert',
  'Makes a field a number, true or false, seconds (1m30s → 90) or bytes (10 KB → 10000); fails where it is none.',
  {
    field: fieldSchema,
    to: z.enum(['integer', 'float', 'boolean', 'seconds', 'bytes', 'string']),
    target: targetSchema.optional(),
  },
  (state, { field, to, target }) => {
    const kind = KINDS[to];
    if (kind === undefined) return;
    const source = state.step(`trimBoth(${state.read(field)})`);
    const value = state.guarded(kind.sql(source), `''`);
    state.writeIfThere(target ?? field, value);
    state.fail(`${source} != '' AND ${value} = ''`, `${field} is not ${kind.name}`);
  },
);
