import type { PipeOf } from '@moalog/search-language/pipes';
import { printInterval } from '@moalog/search-language/pipes';
import { invalidQuery } from '../compile/condition.ts';
import { firstBar, intervalFor } from '../histogram/interval.ts';
import type { TimeRange } from '../time-range.ts';

/** Points of time that a timechart has at most, and about how many when its interval follows from the range. */
const MAX_BARS = 2_000;
const AUTO_BARS = 100;
const NANOS_PER_MS = 1_000_000n;

export interface Bars {
  readonly intervalMs: number;
  readonly startMs: number;
  readonly count: number;
}

/** Bars of a day or more begin at the viewer's midnight. Throws `invalid_query` when they would be too many. */
export function barsOf(pipe: PipeOf<'timechart'>, range: TimeRange, zoneOffsetMinutes: number): Bars {
  const fromMs = Number(range.from / NANOS_PER_MS);
  const toMs = Number((range.to + NANOS_PER_MS - 1n) / NANOS_PER_MS);
  const intervalMs = pipe.everyMs ?? intervalFor(toMs - fromMs, AUTO_BARS);
  const startMs = firstBar(fromMs, intervalMs, zoneOffsetMinutes);
  const count = Math.ceil((toMs - startMs) / intervalMs);
  if (count <= MAX_BARS) return { intervalMs, startMs, count };
  const enough = printInterval(intervalFor(toMs - fromMs, MAX_BARS));
  throw invalidQuery(
    pipe,
    `Intervals of ${printInterval(intervalMs)} make ${count} points in this time range, and ${MAX_BARS} are the most: take ${enough}, or auto.`,
  );
}
