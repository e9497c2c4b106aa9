import type { Chart } from '@moalog/contract';
import type { Column } from '@moalog/search-language/pipes';
import type { Names } from '../compile/expression.ts';
import { resolveField } from '../compile/field.ts';
import type { Scope } from '../compile/scope.ts';
import { join, type Sql, sql, unsafeSql } from '../compile/sql.ts';
import type { Value } from '../compile/value.ts';

export interface BoundColumn extends Column {
  readonly sql: Sql;
}

/** The rows between two pipes. */
export interface Rows {
  readonly shape: 'events' | 'table';
  /** What stands behind FROM: a table, or a statement in parentheses. Events have all columns of `logs` in it. */
  readonly from: Sql;
  /** Of `from`, before anything else is done; null: all. */
  readonly where: Sql | null;
  /** Columns that pipes made. */
  readonly columns: readonly BoundColumn[];
  /** What their order is; null when they have none. */
  readonly order: readonly Sql[] | null;
  /** Column with the number of events that a row stands for; null when each is one. */
  readonly weight: Sql | null;
  readonly chart: Chart | null;
}

/** What holds for all pipes of a query. */
export interface Context {
  readonly scope: Scope;
  readonly zoneOffsetMinutes: number;
  /** A name for a column that nothing else has; names of users never become names in SQL. */
  readonly fresh: () => Sql;
  /** Rows of the rollup in place of those of events, when it can answer. */
  readonly rollup: Rows | null;
}

export function freshNames(): () => Sql {
  let next = 0;
  return () => unsafeSql(`c${next++}`);
}

/** What names mean in these rows. */
export function namesOf(rows: Rows, { scope }: Context): Names {
  const made = (name: string): BoundColumn | undefined => rows.columns.find((column) => column.name === name);
  return {
    columns: rows.columns,
    shape: rows.shape,
    nowMs: scope.nowMs,
    valueOf: (name) => {
      const column = made(name);
      return column === undefined ? eventField(name) : { type: column.type, sql: column.sql };
    },
    fieldOf: (name) => (made(name) === undefined && rows.shape === 'events' ? resolveField(name) : null),
  };
}

function eventField(name: string): Value {
  const { kind, value } = resolveField(name);
  if (kind === 'time') return { type: 'time', sql: value };
  return { type: 'text', sql: kind === 'id' ? sql`toString(${value})` : value };
}

/** `SELECT what FROM these rows`. */
export const select = (what: Sql, { from, where }: Pick<Rows, 'from' | 'where'>): Sql =>
  sql`SELECT ${what} FROM ${from}${where === null ? sql`` : sql` WHERE ${where}`}`;

export const orderBy = (keys: readonly Sql[] | null): Sql =>
  keys === null || keys.length === 0 ? sql`` : sql` ORDER BY ${join(keys, ', ')}`;

/** The rows behind a statement that leaves their columns as they are. */
export const nested = (rows: Rows, statement: Sql): Rows => ({ ...rows, from: sql`(${statement})`, where: null });

/** The rows with columns added; one of the same name is replaced. */
export function added(rows: Rows, columns: readonly BoundColumn[]): Rows {
  const kept = rows.columns.filter(({ name }) => !columns.some((column) => column.name === name));
  return { ...rows, columns: [...kept, ...columns] };
}

/** The rows with values computed once and named. */
export function computed(rows: Rows, values: readonly (Value & { readonly name: string })[], { fresh }: Context): Rows {
  const columns = values.map(({ name, type, sql: value }) => ({ name, type, value, sql: fresh() }));
  const list = columns.map((column) => sql`${column.value} AS ${column.sql}`);
  const statement = select(join([unsafeSql('*'), ...list], ', '), rows);
  return added(nested(rows, statement), columns);
}
