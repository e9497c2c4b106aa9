import type { Aggregate, Name } from '@moalog/search-language/pipes';
import { columnOfAggregate } from '@moalog/search-language/pipes';
import { compileAggregate } from '../compile/aggregate.ts';
import { join, type Sql, sql } from '../compile/sql.ts';
import { sortKeys, type Value } from '../compile/value.ts';
import { type BoundColumn, type Context, namesOf, type Rows, select } from './rows.ts';

export interface NamedValue extends Value {
  readonly name: string;
}

export function groupValues(by: readonly Name[], rows: Rows, context: Context): NamedValue[] {
  const names = namesOf(rows, context);
  return by.map(({ name }) => ({ name, ...names.valueOf(name) }));
}

export const COUNT: Aggregate = { function: 'count', argument: null, as: null, from: 0, to: 0 };

export function aggregateValues(
  aggregates: readonly Aggregate[],
  rows: Rows,
  context: Context,
  seconds: number,
): NamedValue[] {
  const grouping = {
    names: namesOf(rows, context),
    weight: rows.weight,
    time: sql`timestamp`,
    seconds,
  };
  return aggregates.map((aggregate) => ({
    name: aggregate.as ?? columnOfAggregate(aggregate.function, aggregate.argument),
    ...compileAggregate(aggregate, grouping),
  }));
}

/** Seconds of the whole time range. */
export const rangeSeconds = ({ scope: { range } }: Context): number => Number(range.to - range.from) / 1e9;

/** A table with a row a group: the groups, then what was made of them. Those with the most of the first value come first. */
export function grouped(
  groups: readonly NamedValue[],
  values: readonly NamedValue[],
  rows: Rows,
  context: Context,
): Rows {
  const columns = [...groups, ...values].map((value) => ({ ...value, value: value.sql, sql: context.fresh() }));
  const list = columns.map((column) => sql`${column.value} AS ${column.sql}`);
  const keys = columns.slice(0, groups.length).map((column) => column.sql);
  const statement = sql`${select(join(list, ', '), rows)}${groupBy(keys)}`;
  const [first] = columns.slice(groups.length);
  return {
    shape: 'table',
    from: sql`(${statement})`,
    where: null,
    columns: columns.map(({ name, type, sql: column }): BoundColumn => ({ name, type, sql: column })),
    order: [...(first === undefined ? [] : sortKeys(first, true)), ...keys],
    weight: null,
    chart:
      groups.length === 0
        ? null
        : { kind: 'bars', groups: groups.map(({ name }) => name), values: values.map(({ name }) => name) },
  };
}

/** Without groups everything is one. */
export const groupBy = (keys: readonly Sql[]): Sql => (keys.length === 0 ? sql`` : sql` GROUP BY ${join(keys, ', ')}`);
