import type { PatternsResponse } from '@moalog/contract';
import { sql } from '../compile/sql.ts';
import { countEvents } from '../histogram/histogram.ts';
import { firstBar, intervalFor } from '../histogram/interval.ts';
import { eventsBefore } from '../pipes/events-before.ts';
import type { Query } from '../pipes/read.ts';
import { select } from '../pipes/rows.ts';
import { partialOf, type Runner } from '../runner.ts';
import { toIso } from '../time-range.ts';
import type { Grouping } from './grouping.ts';
import { SAMPLE_EVENTS, sampleStatement } from './sample.ts';

const TREND_POINTS = 40;
const SETTINGS = { output_format_json_quote_64bit_integers: 0 };

/** Similar messages of what a query finds, with what differs between them as variables; from a sample when there are many. */
export async function patterns(
  runner: Runner,
  grouping: Grouping,
  query: Query,
  limit: number,
  signal: AbortSignal,
): Promise<PatternsResponse> {
  const { scope } = query;
  grouping.prepare();
  const rows = eventsBefore(query);
  const piped = query.parsed.pipes.some(({ pipe }) => pipe !== 'patterns');
  const counted = piped
    ? await runner
        .rows<{ total: string }>('count', select(sql`count() AS total`, rows), signal)
        .then((answer) => ({ total: Number(answer.rows[0]?.total ?? 0), partial: answer.partial }))
    : await countEvents(runner, scope, signal);
  const fromMs = Number(scope.range.from / 1_000_000n);
  const toMs = Number((scope.range.to + 999_999n) / 1_000_000n);
  const intervalMs = intervalFor(toMs - fromMs, TREND_POINTS);
  const startMs = firstBar(fromMs, intervalMs, 0);
  const every = Math.max(1, Math.round(counted.total / SAMPLE_EVENTS));
  const sample = await runner.body(
    'patterns',
    sampleStatement(rows, every, { startMs, intervalMs }),
    'JSONColumnsWithMetadata',
    signal,
    SETTINGS,
  );
  const startedAt = performance.now();
  const bars = Math.ceil((toMs - startMs) / intervalMs);
  const grouped = await grouping.group({ body: sample.body, bars, limit }, signal);
  const scale = every === 1 || grouped.events === 0 ? 1 : Math.max(1, counted.total / grouped.events);
  const at = (bar: number): string => new Date(startMs + bar * intervalMs).toISOString();
  return {
    patterns: grouped.patterns.map(({ firstBar: first, lastBar: last, ...pattern }) => ({
      ...pattern,
      count: Math.round(pattern.count * scale),
      share: pattern.count / grouped.events,
      levels: Object.fromEntries(
        Object.entries(pattern.levels).map(([level, count]) => [level, Math.round(count * scale)]),
      ),
      trend: pattern.trend.map((count) => Math.round(count * scale)),
      firstSeen: at(first),
      lastSeen: at(last),
    })),
    rest: { patterns: grouped.rest.patterns, count: Math.round(grouped.rest.count * scale) },
    total: counted.total,
    sampled: every > 1,
    sampledEvents: grouped.events,
    intervalMs,
    from: toIso(scope.range.from),
    to: toIso(scope.range.to),
    scanned: grouped.scanned,
    elapsedMs: sample.elapsedMs + (performance.now() - startedAt),
    ...partialOf(counted.partial, sample.partial),
  };
}
