import { PipelineError } from '../pipeline-error.ts';
import { escapeRegex } from './named-groups.ts';

/** A part of a time that a format names. */
type Part =
  | 'year'
  | 'shortYear'
  | 'month'
  | 'monthName'
  | 'day'
  | 'hour'
  | 'hour12'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'half'
  | 'offset'
  | 'zone'
  | 'skip';

const PATTERNS: Readonly<Record<Part, string>> = {
  year: String.raw`(\d{4})`,
  shortYear: String.raw`(\d{2})`,
  month: String.raw`(\d{1,2})`,
  monthName: String.raw`([A-Za-z]{3})[A-Za-z]*`,
  day: String.raw` ?(\d{1,2})`,
  hour: String.raw`(\d{1,2})`,
  hour12: String.raw`(\d{1,2})`,
  minute: String.raw`(\d{2})`,
  second: String.raw`(\d{2})`,
  fraction: String.raw`(\d{1,9})`,
  half: '([AaPp])[Mm]',
  offset: String.raw`(Z|[+-]\d{2}:?\d{2})`,
  zone: '([A-Za-z]{1,5})',
  skip: String.raw`[A-Za-z]+`,
};
/** Two digits side by side need their width. */
const FIXED: Partial<Record<Part, string>> = {
  month: String.raw`(\d{2})`,
  day: String.raw`(\d{2})`,
  hour: String.raw`(\d{2})`,
  hour12: String.raw`(\d{2})`,
};

const JAVA: Readonly<Record<string, Part>> = {
  yyyy: 'year',
  uuuu: 'year',
  YYYY: 'year',
  yy: 'shortYear',
  MMMM: 'monthName',
  MMM: 'monthName',
  MM: 'month',
  M: 'month',
  dd: 'day',
  d: 'day',
  HH: 'hour',
  H: 'hour',
  hh: 'hour12',
  h: 'hour12',
  mm: 'minute',
  ss: 'second',
  a: 'half',
  XXX: 'offset',
  XX: 'offset',
  X: 'offset',
  ZZ: 'offset',
  Z: 'offset',
  z: 'zone',
  EEEE: 'skip',
  EEE: 'skip',
  E: 'skip',
};
const STRPTIME: Readonly<Record<string, Part>> = {
  Y: 'year',
  y: 'shortYear',
  m: 'month',
  B: 'monthName',
  b: 'monthName',
  h: 'monthName',
  d: 'day',
  e: 'day',
  H: 'hour',
  k: 'hour',
  I: 'hour12',
  l: 'hour12',
  M: 'minute',
  S: 'second',
  f: 'fraction',
  L: 'fraction',
  N: 'fraction',
  p: 'half',
  P: 'half',
  z: 'offset',
  Z: 'zone',
  A: 'skip',
  a: 'skip',
};
const STRPTIME_SETS: Readonly<Record<string, string>> = { T: '%H:%M:%S', R: '%H:%M', D: '%m/%d/%y', F: '%Y-%m-%d' };

export interface TimeFormat {
  readonly source: string;
  /** Number of the group of each part. */
  readonly groups: ReadonlyMap<Part, number>;
}

/** `yyyy-MM-dd HH:mm:ss,SSS` (Java, Joda) or `%Y-%m-%d %H:%M:%S` (strptime), as an expression with a group a part. */
export function readTimeFormat(format: string, path: string): TimeFormat {
  const parts = format.includes('%') ? strptimeParts(format, path) : javaParts(format, path);
  const groups = new Map<Part, number>();
  let source = '^\\s*';
  parts.forEach((part, i) => {
    if (typeof part !== 'string') {
      source += escapeRegex(part.text).replaceAll(/ +/g, ' +');
      return;
    }
    const next = parts[i + 1];
    source += (typeof next === 'string' ? FIXED[part] : undefined) ?? PATTERNS[part];
    if (part === 'skip') return;
    if (groups.has(part)) throw new PipelineError([{ path, message: `the ${part} stands in it twice` }]);
    groups.set(part, groups.size + 1);
  });
  if (!groups.has('day') && !groups.has('hour') && !groups.has('year'))
    throw new PipelineError([{ path, message: 'there is neither a date nor a time in it' }]);
  return { source: `${source}\\s*$`, groups };
}

type Piece = Part | { readonly text: string };

function javaParts(format: string, path: string): Piece[] {
  return [...format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g)].map(([piece, literal]) => {
    if (literal !== undefined) return { text: literal === '' ? "'" : literal.replaceAll("''", "'") };
    if (!/^[A-Za-z]/.test(piece)) return { text: piece };
    if (/^[SnA]+$/.test(piece)) return 'fraction';
    const part = JAVA[piece];
    if (part !== undefined) return part;
    if (piece === 'T') return { text: 'T' };
    throw new PipelineError([
      {
        path,
        message: `${piece} is not a part of a time: write yyyy-MM-dd HH:mm:ss.SSS XXX, text in quotes, or %Y-%m-%d %H:%M:%S`,
      },
    ]);
  });
}

function strptimeParts(format: string, path: string): Piece[] {
  const whole = format.replaceAll(/%([TRDF])/g, (_, letter: string) => STRPTIME_SETS[letter] ?? '');
  return [...whole.matchAll(/%-?(.)|[^%]+/g)].map(([piece, letter]) => {
    if (letter === undefined) return { text: piece };
    if (letter === '%') return { text: '%' };
    const part = STRPTIME[letter];
    if (part === undefined) throw new PipelineError([{ path, message: `${piece} is not a part of a time` }]);
    return part;
  });
}
