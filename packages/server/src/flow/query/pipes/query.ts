import { ClickHouseError } from '@clickhouse/client';
import type { QueryResponse } from '@moalog/contract';
import type { Expression, ParsedQuery } from '@moalog/search-language/pipes';
import { MoalogError } from '#errors';
import { hintsFor } from '../hints.ts';
import type { Grouping } from '../patterns/grouping.ts';
import { patterns } from '../patterns/patterns.ts';
import { partialOf, type Runner } from '../runner.ts';
import { toIso } from '../time-range.ts';
import { expressionsOf, partsOf, type Query } from './read.ts';
import { queryStatement } from './statement.ts';

/** Groups that may be counted at once: measured, a million of them with their texts take some 200 MB. */
const MAX_GROUPS = 1_000_000;
/** The store's number for more rows than a limit. */
const TOO_MANY_ROWS = '158';

const SETTINGS = {
  max_rows_to_group_by: MAX_GROUPS,
  group_by_overflow_mode: 'throw',
  // Of a few rows all columns are read after it is known which rows: a random thousand of many.
  query_plan_max_limit_for_lazy_materialization: 10_000,
  use_top_k_dynamic_filtering: 0,
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
};

type Cell = QueryResponse['rows'][number][number];

export async function runQuery(
  runner: Runner,
  grouping: Grouping,
  query: Query,
  signal: AbortSignal,
): Promise<QueryResponse> {
  const last = query.parsed.pipes[query.parsed.pipes.length - 1];
  return last?.pipe === 'patterns' ? patternTable(runner, grouping, query, signal) : table(runner, query, signal);
}

/** Rows of `| patterns`. */
const MAX_PATTERNS = 100;

async function patternTable(
  runner: Runner,
  grouping: Grouping,
  query: Query,
  signal: AbortSignal,
): Promise<QueryResponse> {
  const {
    patterns: found,
    from,
    to,
    scanned,
    elapsedMs,
    partial,
  } = await patterns(runner, grouping, query, MAX_PATTERNS, signal);
  const [shape] = query.parsed.shapes.slice(-1);
  return {
    columns: [...(shape?.columns ?? [])],
    rows: found.map(({ pattern, count, share, include }) => [
      pattern,
      count,
      Math.round(10_000 * share) / 100,
      include,
    ]),
    chart: { kind: 'bars', groups: ['pattern'], values: ['count', 'percent'] },
    from,
    to,
    scanned,
    elapsedMs,
    ...partialOf(partial),
  };
}

async function table(runner: Runner, query: Query, signal: AbortSignal): Promise<QueryResponse> {
  const { statement, columns, chart, maxRows } = queryStatement(query.parsed, query.scope, query.zoneOffsetMinutes);
  const result = await runner
    .rows<Readonly<Record<string, Cell>>>('query', statement, signal, SETTINGS)
    .catch((error: unknown) => {
      throw namedLimit(error);
    });
  const rows = result.rows.slice(0, maxRows).map((row) => columns.map((_column, i) => row[`v${i}`] ?? null));
  const hints = columns.every((_column, i) => rows.some((row) => row[i] !== null && row[i] !== ''))
    ? []
    : await hintsFor(runner, query.scope, signal, eventFieldsOf(query.parsed));
  return {
    columns: [...columns],
    rows,
    chart,
    from: toIso(query.scope.range.from),
    to: toIso(query.scope.range.to),
    scanned: result.scanned,
    elapsedMs: result.elapsedMs,
    ...partialOf(result.partial, result.rows.length > maxRows ? overRows(maxRows) : undefined),
    ...(hints.length === 0 ? {} : { hints }),
  };
}

const overRows = (most: number): NonNullable<QueryResponse['partial']> => ({
  reason: 'row_limit',
  message: `There are more than ${most} rows; these are the first. Add | limit, or a filter.`,
});

function namedLimit(error: unknown): unknown {
  if (!(error instanceof MoalogError && error.cause instanceof ClickHouseError && error.cause.code === TOO_MANY_ROWS))
    return error;
  const message = `The query makes more than ${MAX_GROUPS} groups; filter first, or group by a field with fewer values.`;
  return new MoalogError('query_memory_limit', message, { cause: error.cause });
}

/** Names that mean fields of events, as far as pipes go that get events. */
function eventFieldsOf({ pipes, shapes }: ParsedQuery): string[] {
  return pipes.flatMap((pipe, i) => {
    const shape = shapes[i];
    if (shape?.rows !== 'events') return [];
    const named = [
      ...('by' in pipe ? pipe.by : []),
      ...('fields' in pipe ? pipe.fields : []),
      ...('field' in pipe && pipe.field !== null ? [pipe.field] : []),
    ];
    const names = [...named.map(({ name }) => name), ...expressionsOf(pipe).flatMap(namesIn)];
    return names.filter((name) => !shape.columns.some((column) => column.name === name));
  });
}

function namesIn(expression: Expression): string[] {
  if (expression.type === 'name') return [expression.name];
  if (expression.type === 'test') return [expression.field];
  return partsOf(expression).flatMap(namesIn);
}
