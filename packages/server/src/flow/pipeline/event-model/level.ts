import { type Step, textArray, textWhen } from './step.ts';

/** Words for each level, upper case. */
const LEVEL_WORDS: Readonly<Record<string, readonly string[]>> = {
  trace: ['TRACE', 'FINEST', 'SILLY', 'TRC'],
  debug: ['DEBUG', 'FINE', 'FINER', 'VERBOSE', 'DBG', 'CONFIG'],
  info: ['INFO', 'INFORMATION', 'INFORMATIONAL', 'NOTICE', 'INF', 'LOG'],
  warn: ['WARN', 'WARNING', 'WRN'],
  error: ['ERROR', 'ERR', 'SEVERE', 'FAILURE', 'FAIL'],
  fatal: ['FATAL', 'CRITICAL', 'CRIT', 'ALERT', 'EMERG', 'EMERGENCY', 'PANIC', 'FTL'],
};

/** pino and bunyan count in tens; OpenTelemetry 1 to 24, four to a level; syslog 0 (emergency) to 7 (debug). */
const NUMBERED: Readonly<Record<'pino' | 'otel' | 'syslog', readonly (readonly [number, string])[]>> = {
  pino: [10, 20, 30, 40, 50, 60].map(
    (n, i) => [n, ['trace', 'debug', 'info', 'warn', 'error', 'fatal'][i] ?? ''] as const,
  ),
  otel: Array.from(
    { length: 24 },
    (_, i) => [i + 1, ['trace', 'debug', 'info', 'warn', 'error', 'fatal'][Math.floor(i / 4)] ?? ''] as const,
  ),
  syslog: ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'].map((level, n) => [n, level] as const),
};

const words = Object.entries(LEVEL_WORDS).flatMap(([level, list]) => list.map((word) => [word, level] as const));
/** Each numbering has its own prefix, so that one look-up reads words and numbers alike. */
const numbers = Object.entries(NUMBERED).flatMap(([kind, list]) =>
  list.map(([n, level]) => [`${kind}:${n}`, level] as const),
);
const table = [...words, ...numbers];

/** Every word that may stand in a text line, for text.ts. */
export const ALL_LEVEL_WORDS = words.map(([word]) => word);
/** Words in capitals and the level each is, for `transform`. */
export const LEVEL_FROM = textArray(words.map(([word]) => word));
export const LEVEL_TO = textArray(words.map(([, level]) => level));

/** `level` from `level_text` (documents) or `line_level` (text lines), and `unknown_level`: a word that is none, '' otherwise. */
export function levelSteps(): Step[] {
  const from = textArray(table.map(([word]) => word));
  const to = textArray(table.map(([, level]) => level));
  return [
    { name: 'level_word', sql: 'trimBoth(concat(level_text, line_level))' },
    { name: 'level_numbering', sql: textWhen(`match(level_word, '^[0-9]+$')`, `concat(numeric_levels, ':')`) },
    { name: 'level_key', sql: 'concat(level_numbering, upper(level_word))' },
    { name: 'event_level', sql: `transform(level_key, ${from}, ${to}, '')` },
    { name: 'unknown_level', sql: textWhen(`event_level = ''`, 'level_word') },
  ];
}
