import type { Chart } from '@moalog/contract';
import {
  type Column,
  columnsOfEvents,
  MAX_ROWS,
  type ParsedQuery,
  type Pipe,
  type PipeName,
  type PipeOf,
} from '@moalog/search-language/pipes';
import type { Scope } from '../compile/scope.ts';
import { join, type Sql, sql, unsafeSql, unsigned } from '../compile/sql.ts';
import type { Value } from '../compile/value.ts';
import { barsOf } from './bars.ts';
import type { Compiler } from './compiler.ts';
import { count } from './count.ts';
import { dedup } from './dedup.ts';
import { evaluate } from './eval.ts';
import { extract } from './extract.ts';
import { fields } from './fields.ts';
import { limit } from './limit.ts';
import { parse } from './parse.ts';
import { type Context, freshNames, namesOf, orderBy, type Rows, select } from './rows.ts';
import { sample } from './sample.ts';
import { sort } from './sort.ts';
import { eventRows, rollupRows } from './source.ts';
import { stats } from './stats.ts';
import { timechart } from './timechart.ts';
import { rare, top } from './top.ts';
import { where } from './where.ts';

/** Events that are answered when no pipe says how many. */
const MAX_EVENT_ROWS = 1_000;

/** Pipes that become SQL; `patterns` is made from a sample. */
type Compiled = Exclude<PipeName, 'patterns'>;
const COMPILERS: { readonly [K in Compiled]: Compiler<K> } = {
  count,
  timechart,
  top,
  rare,
  stats,
  where,
  sort,
  limit,
  fields,
  parse,
  extract,
  eval: evaluate,
  dedup,
  sample,
};

export interface QueryStatement {
  readonly statement: Sql;
  /** Of the answer; in the statement they are called v0, v1, … */
  readonly columns: readonly Column[];
  readonly chart: Chart | null;
  /** Rows at most; the statement asks for one more. */
  readonly maxRows: number;
  /** Whether the rollup answers in place of the events. */
  readonly rollup: boolean;
}

/** A query that was read, as one statement. */
export function queryStatement(
  { pipes }: Pick<ParsedQuery, 'pipes'>,
  scope: Scope,
  zoneOffsetMinutes: number,
): QueryStatement {
  const { rows, context, rollup } = rowsBehind(pipes, scope, zoneOffsetMinutes);
  const columns = columnsOfEvents({ rows: rows.shape, columns: rows.columns });
  const names = namesOf(rows, context);
  const list = columns.map(({ name }, i) => sql`${answered(names.valueOf(name))} AS ${valueName(i)}`);
  const counted = rows.shape === 'table' || pipes.some(({ pipe }) => pipe === 'limit' || pipe === 'sample');
  const maxRows = counted ? MAX_ROWS : MAX_EVENT_ROWS;
  return {
    statement: sql`${select(join(list, ', '), rows)}${orderBy(rows.order)} LIMIT ${unsigned(maxRows + 1)}`,
    columns: columns.map(({ name, type }) => ({ name, type })),
    chart: chartOf(rows, columns),
    maxRows,
    rollup,
  };
}

/** What the pipes leave of the events, or make of them. */
export function rowsBehind(
  pipes: readonly Pipe[],
  scope: Scope,
  zoneOffsetMinutes: number,
): { readonly rows: Rows; readonly context: Context; readonly rollup: boolean } {
  const [first] = pipes;
  const bars = first?.pipe === 'timechart' ? barsOf(first, scope.range, zoneOffsetMinutes) : null;
  const rollup = rollupRows(scope, first, bars);
  const context = { scope, zoneOffsetMinutes, fresh: freshNames(), rollup: null };
  const rows = pipes.reduce(
    (before, pipe, i) =>
      pipe.pipe === 'patterns' ? before : applied(pipe, before, { ...context, rollup: i === 0 ? rollup : null }),
    eventRows(scope),
  );
  return { rows, context, rollup: rollup !== null };
}

function applied<K extends Compiled>(pipe: PipeOf<K>, rows: Rows, context: Context): Rows {
  const compile: Compiler<K> = COMPILERS[pipe.pipe];
  return compile(pipe, rows, context);
}

const valueName = (i: number): Sql => unsafeSql(`v${i}`);

const answered = ({ type, sql: value }: Value): Sql => (type === 'boolean' ? sql`toBool(${value})` : value);

/** What can be drawn of the columns that are left. */
function chartOf({ chart }: Rows, columns: readonly Column[]): Chart | null {
  const has = (name: string): boolean => columns.some((column) => column.name === name);
  if (chart === null || !chart.groups.every(has) || (chart.kind === 'time' && !has(chart.time))) return null;
  const values = columns.filter(({ name, type }) => type === 'number' && !chart.groups.includes(name));
  return values.length === 0 ? null : { ...chart, values: values.map(({ name }) => name) };
}
