import { ALL_LEVEL_WORDS } from './level.ts';
import { type Step, text } from './step.ts';

/** How far into a line a time or level word is looked for. */
const HEAD_BYTES = 256;

/** Heads that are unmistakably a time; the first group is what the time reader gets. */
const ISO = String.raw`^\W{0,2}(\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)`;
const SYSLOG = String.raw`^(?:<\d{1,3}>)?((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{2}:\d{2}:\d{2})`;
const CTIME = String.raw`^\[?((?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{2}:\d{2}:\d{2}(?:\.\d{1,6})? \d{4})`;
const ACCESS_LOG = String.raw`^\S+(?: \S+){0,3} \[(\d{2}/(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]`;
/** Two-digit years: only where a log4j level follows. */
const SHORT_YEAR = String.raw`^(\d{2})/(\d{2})/(\d{2}) (\d{2}:\d{2}:\d{2}) (?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) `;
const COMPACT = String.raw`^(\d{2})(\d{2})(\d{2}) (\d{2})(\d{2})(\d{2}) \d+ (?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) `;

/** A level stands in capitals as a word of its own, or in brackets in any case, or after a time and comma (Windows). */
const LEVEL = String.raw`\b(${ALL_LEVEL_WORDS.filter((word) => word.length > 3 && word !== 'CONFIG' && word !== 'FAIL' && word !== 'ALERT').join('|')}|ERR)\b`;
const BRACKETED_LEVEL = String.raw`\[(?i:(${ALL_LEVEL_WORDS.join('|')}))\]`;
const COMMA_LEVEL = String.raw`^[\d: ,.\-TZ/]+, (?i:(${ALL_LEVEL_WORDS.join('|')}))\b`;

const extract = (pattern: string): string => `extract(head, ${text(pattern)})`;
const rewritten = (pattern: string, replacement: string): string =>
  `if(match(head, ${text(pattern)}), replaceRegexpOne(head, ${text(`${pattern}.*`)}, ${text(replacement)}), '')`;
const firstOf = (names: readonly string[]): string =>
  names.reduceRight((rest, sql) => (rest === '' ? sql : `coalesce(nullIf(${sql}, ''), ${rest})`), '');

/** Of a line that is no document: `line_time` and `line_level` where they are unmistakable, '' otherwise and where they are known. */
export function textLineSteps({ timeKnown, levelKnown }: { timeKnown: string; levelKnown: string }): Step[] {
  const times = [
    extract(ISO),
    extract(SYSLOG),
    extract(CTIME),
    extract(ACCESS_LOG),
    rewritten(SHORT_YEAR, '20\\1-\\2-\\3 \\4'),
    rewritten(COMPACT, '20\\1-\\2-\\3 \\4:\\5:\\6'),
  ];
  const levels = [extract(COMMA_LEVEL), extract(BRACKETED_LEVEL), extract(LEVEL)];
  return [
    {
      name: 'head',
      sql: `if(${timeKnown === levelKnown ? timeKnown : `${timeKnown} AND ${levelKnown}`}, '', substring(line, 1, ${HEAD_BYTES}))`,
    },
    { name: 'line_time', sql: `if(${timeKnown}, '', ${firstOf(times)})` },
    { name: 'line_level', sql: `if(${levelKnown}, '', ${firstOf(levels)})` },
  ];
}
