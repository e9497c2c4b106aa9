import type { HistogramResponse, histogramRequestSchema, Partial as PartialAnswer } from '@moalog/contract';
import type { z } from 'zod';
import { compileCondition } from '../compile/condition.ts';
import { resolveField } from '../compile/field.ts';
import { inProjects, inRange, type Scope } from '../compile/scope.ts';
import { join, type Sql, sql, unsafeSql } from '../compile/sql.ts';
import { partialOf, type Runner } from '../runner.ts';
import { type TimeRange, toIso } from '../time-range.ts';
import { firstBar, intervalFor } from './interval.ts';
import { answeredByRollup, isRollupColumn, ROLLUP_GRAIN_MS, splitByGrain, whereSlices } from './rollup.ts';

type Request = z.output<typeof histogramRequestSchema>;
type Shape = Pick<Request, 'buckets' | 'by' | 'zoneOffsetMinutes'>;

const NANOS_PER_MS = 1_000_000n;
/** Stacks of a bar; values beyond them are counted together. */
const MAX_STACKS = 12;
const REST = '…';

interface Bars {
  readonly intervalMs: number;
  readonly startMs: number;
  readonly count: number;
}

function barsOf(shape: Shape, range: TimeRange): Bars {
  const fromMs = Number(range.from / NANOS_PER_MS);
  const toMs = Number((range.to + NANOS_PER_MS - 1n) / NANOS_PER_MS);
  const intervalMs = intervalFor(toMs - fromMs, shape.buckets);
  const startMs = firstBar(fromMs, intervalMs, shape.zoneOffsetMinutes);
  return { intervalMs, startMs, count: Math.ceil((toMs - startMs) / intervalMs) };
}

/**
 * Events by bar and value. When the search is only about what the rollup counts by, whole 10 s slices come from there and the ends of
 * the range that cut a slice from the events themselves: same numbers, a fraction of the rows.
 */
export function histogramStatement(
  shape: Shape,
  scope: Scope,
): { readonly statement: Sql; readonly bars: Bars; readonly rollup: boolean } {
  const bars = barsOf(shape, scope.range);
  const by = resolveField(shape.by).value;
  const rollup =
    bars.intervalMs >= ROLLUP_GRAIN_MS &&
    isRollupColumn(shape.by) &&
    answeredByRollup(scope.tree) &&
    bars.startMs % ROLLUP_GRAIN_MS === 0;
  const bar = (ms: Sql): Sql => sql`intDiv(${ms} - ${BigInt(bars.startMs)}, ${BigInt(bars.intervalMs)})`;
  const value = stackOf(shape.by, scope);
  const fromEvents = (range: TimeRange): Sql =>
    sql`SELECT ${bar(unsafeSql('toUnixTimestamp64Milli(timestamp)'))} AS bar, ${value} AS value, count() AS events FROM logs WHERE ${conditions(scope, inRange(range))} GROUP BY bar, value`;
  if (!rollup) return { statement: sql`SELECT bar, value, events FROM (${fromEvents(scope.range)})`, bars, rollup };

  const split = splitByGrain(scope.range);
  if (split === null)
    return { statement: sql`SELECT bar, value, events FROM (${fromEvents(scope.range)})`, bars, rollup: false };
  const parts = [
    sql`SELECT ${bar(unsafeSql('toInt64(toUnixTimestamp(time)) * 1000'))} AS bar, toString(${by}) AS value, sum(events) AS events FROM logs_10s WHERE ${whereSlices(scope, split.whole)} GROUP BY bar, value`,
    ...split.ends.map(fromEvents),
  ];
  return {
    statement: sql`SELECT bar, value, sum(events) AS events FROM (${join(parts, ' UNION ALL ')}) GROUP BY bar, value`,
    bars,
    rollup,
  };
}

/** The value to stack by. Of a field that may have a value an event, only the most frequent ones (about; topK), so that bars by an id need no memory each. */
function stackOf(by: string, scope: Scope): Sql {
  const { kind, name, value } = resolveField(by);
  const text = sql`toString(${value})`;
  if (kind === 'text' && !['message', 'trace_id', 'span_id'].includes(name)) return text;
  const top = sql`(SELECT topK(${unsafeSql(String(MAX_STACKS))})(${text}) FROM logs WHERE ${scope.where})`;
  return sql`if(has(${top}, ${text}), ${text}, ${REST})`;
}

const conditions = (scope: Scope, time: Sql): Sql =>
  join(
    [inProjects(scope.projects), time, ...(scope.tree === null ? [] : [compileCondition(scope.tree, scope.nowMs)])],
    ' AND ',
  );

export async function histogram(
  runner: Runner,
  request: Request,
  scope: Scope,
  signal: AbortSignal,
): Promise<HistogramResponse> {
  const { statement, bars } = histogramStatement(request, scope);
  const result = await runner.rows<{ bar: string; value: string; events: string }>('histogram', statement, signal, {
    max_threads: 2,
  });
  const totals = new Map<string, number>();
  for (const row of result.rows) totals.set(row.value, (totals.get(row.value) ?? 0) + Number(row.events));
  const stacks = new Set(
    [...totals]
      .sort((a, b) => b[1] - a[1])
      .slice(0, MAX_STACKS)
      .map(([value]) => value),
  );
  const counts: Record<string, number>[] = Array.from({ length: bars.count }, () => ({}));
  let total = 0;
  for (const row of result.rows) {
    const events = Number(row.events);
    const target = counts[Number(row.bar)];
    const stack = stacks.has(row.value) ? row.value : REST;
    total += events;
    if (target !== undefined) target[stack] = (target[stack] ?? 0) + events;
  }
  return {
    intervalMs: bars.intervalMs,
    from: toIso(scope.range.from),
    to: toIso(scope.range.to),
    buckets: counts.map((count, i) => ({
      start: new Date(bars.startMs + i * bars.intervalMs).toISOString(),
      counts: count,
    })),
    total,
    scanned: result.scanned,
    elapsedMs: result.elapsedMs,
    ...partialOf(result.partial),
  };
}

/** Events that match, by the same shortcut. */
export async function countEvents(
  runner: Runner,
  scope: Scope,
  signal: AbortSignal,
): Promise<{ readonly total: number; readonly partial: PartialAnswer | undefined }> {
  const { statement } = histogramStatement({ buckets: 2, by: 'level', zoneOffsetMinutes: 0 }, scope);
  const counted = sql`SELECT sum(events) AS total FROM (${statement})`;
  const { rows, partial } = await runner.rows<{ total: string }>('count', counted, signal);
  return { total: Number(rows[0]?.total ?? 0), partial };
}
