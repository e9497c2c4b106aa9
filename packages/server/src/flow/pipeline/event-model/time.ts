import { type Step, text, textWhen } from './step.ts';

/** A time further ahead of its arrival than this is not believed. */
const MAX_AHEAD_HOURS = 24;

/**
 * Forms that the engine's reader does not know, as forms it does: Common Log Format's `10/Dec/2025:10:23:10`, a comma before the fraction (Java,
 * Python), lower-case `t` and `z`, and 14 digits in a row.
 */
const REWRITES: readonly (readonly [pattern: string, replacement: string])[] = [
  [String.raw`^(\d{1,2}/[A-Za-z]{3}/\d{4}):`, String.raw`\1 `],
  [String.raw`(:\d{2}),(\d)`, String.raw`\1.\2`],
  [String.raw`^(\d{4}-\d{2}-\d{2})t`, String.raw`\1T`],
  [String.raw`(\d)z$`, String.raw`\1Z`],
  [String.raw`^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$`, String.raw`\1-\2-\3 \4:\5:\6`],
];
/** A time's text with the forms rewritten that the engine's reader does not know. */
export const readableTime = (value: string): string =>
  REWRITES.reduce(
    (sql, [pattern, replacement]) => `replaceRegexpOne(${sql}, ${text(pattern)}, ${text(replacement)})`,
    value,
  );

/** Seconds, milliseconds, microseconds or nanoseconds told apart by magnitude; a fraction is of the same unit. */
function epoch(value: string): string {
  const whole = `toInt64OrZero(splitByChar('.', ${value})[1])`;
  const fraction = `toInt64OrZero(rightPad(substring(splitByChar('.', ${value})[2], 1, 9), 9, '0'))`;
  const number = 'toFloat64OrZero';
  const plain = `multiIf(abs(${whole}) < 100000000000, ${whole} * 1000000000 + ${fraction}, abs(${whole}) < 100000000000000, ${whole} * 1000000 + intDiv(${fraction}, 1000), abs(${whole}) < 100000000000000000, ${whole} * 1000 + intDiv(${fraction}, 1000000), ${whole})`;
  const exponent = `ifNull(accurateCastOrNull(round(${number}(${value}) * 1000000000), 'Int64'), -1)`;
  return `fromUnixTimestamp64Nano(if(position(lower(${value}), 'e') > 0, ${exponent}, ${plain}), 'UTC')`;
}

const parsed = (value: string, zone: string): string => `parseDateTime64BestEffortOrNull(${value}, 9, ${zone})`;

/** Times without a zone are in the source's zone. Zones of the segment's frames come as parameters `zone_0`, `zone_1`, …. */
function parsedInZones(value: string, zones: number): string {
  const cases = Array.from(
    { length: zones },
    (_, i) => `timezone = {zone_${i}:String}, toTimeZone(${parsed(value, `{zone_${i}:String}`)}, 'UTC')`,
  );
  return cases.length === 0 ? parsed(value, "'UTC'") : `multiIf(${cases.join(', ')}, ${parsed(value, "'UTC'")})`;
}

/**
 * `timestamp` from `timestamp_text` (a field of a document, or the head of a text line), else `received_at`; `timestamp_error` holds a
 * text that could not be read or believed, '' otherwise. `zones` is the number of distinct zones in the segment's frame index.
 */
export function timeSteps({ zones }: { zones: number }): Step[] {
  const given = 'time_text';
  const fast = `match(${given}, ${text(String.raw`^(?:19[7-9]|20\d|21\d)\d-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$`)})`;
  const numeric = `match(${given}, ${text(String.raw`^-?\d{1,18}(?:\.\d+)?(?:[eE][+]?\d{1,2})?$|^[1-8]\d{18}$`)})`;
  const calendar = `match(${given}, '^20\\\\d{6}(?:\\\\d{6})?$')`;
  // Years that 64 bits of nanoseconds cannot hold would come out as other years.
  const beyond = `match(${given}, ${text(String.raw`\b(?:2[2-9]\d\d|[3-9]\d{3})[-/]|/(?:2[2-9]\d\d|[3-9]\d{3}):|\d{5}-|[ /-](?:2[2-9]\d\d|[3-9]\d{3})$|^\d{15,}|^0\d{3}[-/]|^\d{4}[-/](?:00|\d\d[-/]00)`)})`;
  return [
    // One of the two is empty; concat, unlike if, computes both without a mask (document.ts).
    { name: 'time_text', sql: 'concat(timestamp_text, line_time)' },
    { name: 'plain_time', sql: fast },
    { name: 'readable_time', sql: readableTime(`if(plain_time, '', ${given})`) },
    {
      name: 'time_read',
      sql: `multiIf(${given} = '', CAST(NULL, 'Nullable(DateTime64(9, \\'UTC\\'))'), plain_time, ${parsed(given, "'UTC'")}, ${numeric} AND NOT ${calendar}, toNullable(${epoch(given)}), ${beyond}, NULL, ${parsedInZones('readable_time', zones)})`,
    },
    // Times without a year (syslog) are read into the year that puts them nearest before their arrival.
    {
      name: 'believable',
      sql: `ifNull(time_read >= toDateTime64('1970-01-01 00:00:00', 9, 'UTC') AND time_read <= toDateTime64(received_at, 9, 'UTC') + INTERVAL ${MAX_AHEAD_HOURS} HOUR, 0)`,
    },
    { name: 'event_time', sql: `if(believable, assumeNotNull(time_read), toDateTime64(received_at, 9, 'UTC'))` },
    { name: 'timestamp_error', sql: textWhen('NOT believable', given) },
  ];
}
