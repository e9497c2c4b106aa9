const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths that people read easily. */
const INTERVALS_MS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  20 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  30 * DAY,
  365 * DAY,
  3_650 * DAY,
];

/** The narrowest of them with which the range has at most so many bars. */
export function intervalFor(rangeMs: number, buckets: number): number {
  return INTERVALS_MS.find((interval) => Math.ceil(rangeMs / interval) + 1 <= Math.max(buckets, 2)) ?? 36_500 * DAY;
}

/** Start of the first bar, in milliseconds since the epoch: bars of a day or more begin at the viewer's midnight. */
export function firstBar(fromMs: number, intervalMs: number, zoneOffsetMinutes: number): number {
  const shift = intervalMs >= HOUR ? zoneOffsetMinutes * MINUTE : 0;
  return Math.floor((fromMs + shift) / intervalMs) * intervalMs - shift;
}
