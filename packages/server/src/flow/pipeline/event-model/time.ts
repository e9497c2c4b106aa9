import { type Step, text, textWhen } from './step.ts';

/** A time further ahead of its arrival than this is not believed. */
const MAX_AHEAD_HOURS = 24;

/** Common Log Format's `10/Dec/2025:10:23:10` to what the engine reads; a comma before the fraction (Java, Python) to a point. */
const readable = (value: string): string =>
  `replaceRegexpOne(replaceRegexpOne(${value}, '^(\\\\d{1,2}/[A-Za-z]{3}/\\\\d{4}):', '\\\\1 '), '(:\\\\d{2}),(\\\\d)', '\\\\1.\\\\2')`;

/** Seconds, milliseconds, microseconds or nanoseconds told apart by magnitude; a fraction is of the same unit. */
function epoch(value: string): string {
  const whole = `toInt64OrZero(splitByChar('.', ${value})[1])`;
  const fraction = `toInt64OrZero(rightPad(substring(splitByChar('.', ${value})[2], 1, 9), 9, '0'))`;
  const number = 'toFloat64OrZero';
  const plain = `multiIf(abs(${whole}) < 100000000000, ${whole} * 1000000000 + ${fraction}, abs(${whole}) < 100000000000000, ${whole} * 1000000 + intDiv(${fraction}, 1000), abs(${whole}) < 100000000000000000, ${whole} * 1000 + intDiv(${fraction}, 1000000), ${whole})`;
  const exponent = `toInt64(${number}(${value}) * 1000000000)`;
  return `fromUnixTimestamp64Nano(if(position(lower(${value}), 'e') > 0, ${exponent}, ${plain}), 'UTC')`;
}

const parsed = (value: string, zone: string): string => `parseDateTime64BestEffortOrNull(${value}, 9, ${zone})`;

/** Times without a zone are in the source's zone. Zones of the segment's frames come as parameters `zone_0`, `zone_1`, …. */
function parsedInZones(value: string, zones: number): string {
  const cases = Array.from({ length: zones }, (_, i) => `timezone = {zone_${i}:String}, toTimeZone(${parsed(value, `{zone_${i}:String}`)}, 'UTC')`);
  return cases.length === 0 ? parsed(value, "'UTC'") : `multiIf(${cases.join(', ')}, ${parsed(value, "'UTC'")})`;
}

/**
 * `timestamp` from `timestamp_text` (a field of a document, or the head of a text line), else `received_at`; `timestamp_error` holds a
 * text that could not be read or believed, '' otherwise. `zones` is the number of distinct zones in the segment's frame index.
 */
export function timeSteps({ zones }: { zones: number }): Step[] {
  const given = 'time_text';
  const fast = `match(${given}, ${text(String.raw`^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$`)})`;
  const numeric = `match(${given}, ${text(String.raw`^-?\d+(?:\.\d+)?(?:[eE][+]?\d{1,2})?$`)})`;
  return [
    // One of the two is empty; concat, unlike if, computes both without a mask (document.ts).
    { name: 'time_text', sql: 'concat(timestamp_text, line_time)' },
    {
      name: 'time_read',
      sql: `multiIf(${given} = '', CAST(NULL, 'Nullable(DateTime64(9, \\'UTC\\'))'), ${fast}, ${parsed(given, "'UTC'")}, ${numeric} AND length(${given}) >= 9, toNullable(${epoch(given)}), ${parsedInZones(readable(given), zones)})`,
    },
    // Times without a year (syslog) are read into the year that puts them nearest before their arrival.
    { name: 'believable', sql: `ifNull(time_read >= toDateTime64('1970-01-01 00:00:00', 9, 'UTC') AND time_read <= toDateTime64(received_at, 9, 'UTC') + INTERVAL ${MAX_AHEAD_HOURS} HOUR, 0)` },
    { name: 'event_time', sql: `if(believable, assumeNotNull(time_read), toDateTime64(received_at, 9, 'UTC'))` },
    { name: 'timestamp_error', sql: textWhen('NOT believable', given) },
  ];
}
