import type { LEVELS } from '../config/config.ts';

/**
 * Times and levels that stand unmistakably at the start of a line. The server reads them from text lines by the same rules
 * (flow/pipeline/event-model/text-line.ts); an event of several lines travels as JSON, so that they are read here.
 */
const TIMES: readonly RegExp[] = [
  /^\W{0,2}(\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)/,
  /^(?:<\d{1,3}>)?((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{2}:\d{2}:\d{2})/,
  /^\[?((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d{1,6})? \d{4})/,
  /^\S+(?: \S+){0,3} \[(\d{2}\/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]/,
];
const SHORT_YEAR = /^(\d{2})\/(\d{2})\/(\d{2}) (\d{2}:\d{2}:\d{2}) (?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) /;

type Level = (typeof LEVELS)[number];
const WORDS: Readonly<Record<string, Level>> = {
  ...{ TRACE: 'trace', FINEST: 'trace', SILLY: 'trace', DEBUG: 'debug', FINE: 'debug', VERBOSE: 'debug' },
  ...{ INFO: 'info', NOTICE: 'info', INFORMATION: 'info', WARN: 'warn', WARNING: 'warn' },
  ...{ ERROR: 'error', ERR: 'error', SEVERE: 'error' },
  ...{ FATAL: 'fatal', CRITICAL: 'fatal', CRIT: 'fatal', EMERG: 'fatal', PANIC: 'fatal', ALERT: 'fatal' },
};
const BRACKETED = new RegExp(`\\[(${Object.keys(WORDS).join('|')})\\]`, 'i');
const CAPITALS = new RegExp(
  `\\b(${Object.keys(WORDS)
    .filter((word) => (word.length > 3 || word === 'ERR') && word !== 'ALERT')
    .join('|')})\\b`,
);
const HEAD_CHARACTERS = 256;

export function timeOfHead(line: string): string | undefined {
  const head = line.slice(0, HEAD_CHARACTERS);
  for (const pattern of TIMES) {
    const found = pattern.exec(head)?.[1];
    if (found !== undefined) return found;
  }
  const [, year, month, day, time] = SHORT_YEAR.exec(head) ?? [];
  return time === undefined ? undefined : `20${year}-${month}-${day} ${time}`;
}

/** The word as it stands there. */
export function levelWordOfHead(line: string): string | undefined {
  const head = line.slice(0, HEAD_CHARACTERS);
  return (BRACKETED.exec(head) ?? CAPITALS.exec(head))?.[1];
}

const NUMBERS: readonly [number, Level][] = [
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
];

/** A level by its word or pino's number; undefined when it is none. */
export function levelOf(value: unknown): Level | undefined {
  if (typeof value === 'string') return WORDS[value.trim().toUpperCase()];
  return NUMBERS.findLast(([number]) => typeof value === 'number' && value >= number)?.[1];
}
