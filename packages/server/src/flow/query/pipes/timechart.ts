import { resolveField } from '../compile/field.ts';
import { join, sql, unsafeSql } from '../compile/sql.ts';
import { asText } from '../compile/value.ts';
import { barsOf } from './bars.ts';
import type { Compiler } from './compiler.ts';
import { aggregateValues, groupBy, groupValues, type NamedValue } from './group.ts';
import { type Context, namesOf, type Rows, select } from './rows.ts';
import { FEW_VALUES } from './source.ts';

/** Series of a field that may have any number of values; those beyond the most frequent are one. */
const MAX_SERIES = 20;
const REST = '…';
const TIME_COLUMN = 'time';

export const timechart: Compiler<'timechart'> = (pipe, events, context) => {
  const rows = context.rollup ?? events;
  const { intervalMs, startMs, count } = barsOf(pipe, context.scope.range, context.zoneOffsetMinutes);
  const groups = groupValues(pipe.by, rows, context).map((group) => seriesOf(group, rows, context));
  const values = aggregateValues(pipe.aggregates, rows, context, intervalMs / 1_000);
  const bar = context.fresh();
  const columns = [...groups, ...values].map((value) => ({ ...value, value: value.sql, sql: context.fresh() }));
  const list = columns.map((column) => sql`${column.value} AS ${column.sql}`);
  const keys = columns.slice(0, groups.length).map((column) => column.sql);
  const index = sql`intDiv(toUnixTimestamp64Milli(timestamp) - ${BigInt(startMs)}, ${BigInt(intervalMs)}) AS ${bar}`;
  const table = sql`${select(join([index, ...list], ', '), rows)}${groupBy([bar, ...keys])}`;
  // Every series has every point: those without events are filled in.
  const filled = sql`SELECT * FROM (${table}) ORDER BY ${join([...keys, bar], ', ')} WITH FILL FROM 0 TO ${unsafeSql(String(count))}`;
  const time = context.fresh();
  const statement = sql`SELECT *, fromUnixTimestamp64Milli(${BigInt(startMs)} + toInt64(${bar}) * ${BigInt(intervalMs)}, 'UTC') AS ${time} FROM (${filled})`;
  return {
    shape: 'table',
    from: sql`(${statement})`,
    where: null,
    columns: [{ name: TIME_COLUMN, type: 'time', sql: time }, ...columns],
    order: [time, ...keys],
    weight: null,
    chart: {
      kind: 'time',
      time: TIME_COLUMN,
      groups: groups.map(({ name }) => name),
      values: values.map(({ name }) => name),
      intervalMs,
    },
  };
};

function seriesOf(group: NamedValue, rows: Rows, context: Context): NamedValue {
  const text = asText(group);
  const made = namesOf(rows, context).fieldOf(group.name) === null;
  const few = group.type === 'boolean' || (!made && FEW_VALUES.has(resolveField(group.name).name));
  if (few) return { ...group, type: 'text', sql: text };
  const top = sql`(${select(sql`topK(${unsafeSql(String(MAX_SERIES))})(${text})`, rows)})`;
  return { ...group, type: 'text', sql: sql`if(has(${top}, ${text}), ${text}, ${REST})` };
}
