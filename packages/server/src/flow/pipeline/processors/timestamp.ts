import { z } from 'zod';
import { readableTime } from '../event-model/time.ts';
import type { EventState } from '../event-state.ts';
import { fieldSchema } from '../field-names.ts';
import { readTimeFormat, type TimeFormat } from '../formats/time-format.ts';
import { refuse } from '../pipeline-error.ts';
import { processor } from '../processor.ts';

const EPOCHS: Readonly<Record<string, number>> = { UNIX: 1e9, UNIX_MS: 1e6, UNIX_US: 1e3, UNIX_NS: 1 };
/** Abbreviations that mean one offset wherever they are written in logs. */
const ZONES: Readonly<Record<string, string>> = {
  utc: '+00:00',
  gmt: '+00:00',
  z: '+00:00',
  kst: '+09:00',
  jst: '+09:00',
  cet: '+01:00',
  cest: '+02:00',
  est: '-05:00',
  edt: '-04:00',
  cst: '-06:00',
  cdt: '-05:00',
  mst: '-07:00',
  mdt: '-06:00',
  pst: '-08:00',
  pdt: '-07:00',
};
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const list = (values: readonly string[]): string => `[${values.map((value) => `'${value}'`).join(', ')}]`;
const two = (n: number): string => String(n).padStart(2, '0');

/** What the groups of a format say, as a text that the engine's reader knows: `2025-12-10 10:23:10.123 +09:00`. */
function assembled(groups: string, { groups: parts }: TimeFormat): string {
  const group = (part: Parameters<typeof parts.get>[0]): string | null => {
    const index = parts.get(part);
    return index === undefined ? null : `${groups}[${index}]`;
  };
  const padded = (sql: string | null, otherwise: string): string =>
    sql === null ? `'${otherwise}'` : `leftPad(${sql}, 2, '0')`;
  const monthName = group('monthName');
  const numbers = list(MONTHS.map((_, i) => two(i + 1)));
  const month =
    monthName === null
      ? padded(group('month'), '01')
      : `transform(lower(${monthName}), ${list(MONTHS)}, ${numbers}, '')`;
  const short = group('shortYear');
  const year = group('year') ?? (short === null ? null : `concat(if(${short} < '70', '20', '19'), ${short})`);
  const half = group('half');
  const clock = [
    padded(group('hour') ?? group('hour12'), '00'),
    padded(group('minute'), '00'),
    padded(group('second'), '00'),
  ];
  const fraction = group('fraction');
  const named = group('zone');
  const zone =
    group('offset') ??
    (named === null
      ? null
      : `transform(lower(${named}), ${list(Object.keys(ZONES))}, ${list(Object.values(ZONES))}, ${named})`);
  // Without a year the reader takes the one that puts it nearest before now, for which it wants the month's name.
  const date =
    year === null
      ? [`transform(${month}, ${numbers}, ${list(MONTHS)}, '')`, `' '`, padded(group('day'), '01')]
      : [year, `'-'`, month, `'-'`, padded(group('day'), '01')];
  return `concat(${[
    ...date,
    `' '`,
    clock[0],
    `':'`,
    clock[1],
    `':'`,
    clock[2],
    ...(fraction === null ? [] : [`'.'`, fraction]),
    ...(half === null ? [] : [`if(${half} IN ('P', 'p'), ' PM', ' AM')`]),
    ...(zone === null ? [] : [`' '`, zone]),
  ].join(', ')})`;
}

function timeOf(state: EventState, source: string, format: string, zone: string, path: string): string {
  const read = (text: string): string => `parseDateTime64BestEffortOrNull(${text}, 9, ${zone})`;
  if (format === 'ISO8601' || format === 'auto') return read(readableTime(source));
  const unit = EPOCHS[format];
  if (unit !== undefined) {
    const whole = `toInt64OrZero(splitByChar('.', ${source})[1])`;
    const fraction = `intDiv(toInt64OrZero(rightPad(substring(splitByChar('.', ${source})[2], 1, 9), 9, '0')), ${1e9 / unit})`;
    return `if(match(${source}, '^-?[0-9]{1,19}(?:[.][0-9]+)?$'), fromUnixTimestamp64Nano(${whole} * ${unit} + ${fraction}, 'UTC'), NULL)`;
  }
  const parts = readTimeFormat(format, path);
  const groups = state.guarded(`extractGroups(${source}, ${state.regex(parts.source)})`, `CAST([], 'Array(String)')`);
  return `if(empty(${groups}), NULL, ${read(assembled(groups, parts))})`;
}

export const timestamp = processor(
  'timestamp',
  'Reads the time of the event from a field: formats as yyyy-MM-dd HH:mm:ss.SSS or %Y-%m-%d %H:%M:%S, ISO8601, UNIX, UNIX_MS, UNIX_US, UNIX_NS; in a zone.',
  {
    field: fieldSchema.default('timestamp'),
    /** The first that reads it; as every sent time is read when there is none. */
    formats: z.array(z.string().min(1).max(200)).min(1).max(20).default(['auto']),
    /** Of times without one. */
    timezone: z
      .string()
      .regex(/^[A-Za-z0-9_+\-/]{1,64}$/, 'a zone like Asia/Seoul')
      .default('UTC'),
    /** Removes the field that was read. */
    remove: z.boolean().default(false),
  },
  (state, { field, formats, timezone, remove }, { path }) => {
    if (!isZone(timezone))
      throw refuse(`${path}.timezone`, `${timezone} is not a time zone; write one like Asia/Seoul`);
    const source = state.step(`trimBoth(${state.read(field)})`);
    const zone = state.text(timezone);
    const times = formats.map((format, i) => state.step(timeOf(state, source, format, zone, `${path}.formats.${i}`)));
    const texts = times.map(
      (time) => `if(isNull(${time}), '', concat(toString(toTimeZone(assumeNotNull(${time}), 'UTC')), 'Z'))`,
    );
    const read = state.guarded(
      texts.length === 1 ? (texts[0] ?? '') : `coalesce(${texts.map((text) => `nullIf(${text}, '')`).join(', ')}, '')`,
      `''`,
    );
    state.writeIfThere('timestamp', read);
    if (remove && field !== 'timestamp') state.write(field, `if(${read} = '', ${state.read(field)}, '')`);
    state.fail(`${source} = ''`, `${field} is missing or empty`);
    state.fail(`${source} != '' AND ${read} = ''`, `the time is in none of the formats`);
  },
);

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
