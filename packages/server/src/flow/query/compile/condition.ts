import type { Pattern, SearchNode, Span, Test } from '@moalog/search-language';
import { MoalogError } from '#errors';
import { toNanoseconds, withinReach } from '../time-range.ts';
import { escapeRegex } from './escape-regex.ts';
import { type ResolvedField, resolveField } from './field.ts';
import { join, readUnsigned64, type Sql, sql, unsafeSql, unsigned } from './sql.ts';
import { isAscii, isOnePiece, WORDS, wordsIn } from './words.ts';

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Level words of other systems. */
const LEVEL_ALIASES: Readonly<Record<string, string>> = {
  warning: 'warn',
  err: 'error',
  critical: 'fatal',
  crit: 'fatal',
  information: 'info',
  notice: 'info',
};

/** Where a condition finds what it is about. */
export interface Searched {
  field(name: string): ResolvedField;
  readonly message: Sql;
  /** The message as its words are indexed (words.ts). */
  readonly words: Sql;
}

/** Columns of `logs`. */
const STORED: Searched = { field: resolveField, message: unsafeSql('message'), words: WORDS };

/** A search as a condition over columns of `logs`, or over what `searched` says. `nowMs` is what `now` means in it. */
export function compileCondition(node: SearchNode, nowMs: number, searched: Searched = STORED): Sql {
  switch (node.type) {
    case 'and':
      return grouped(
        node.parts.map((part) => compileCondition(part, nowMs, searched)),
        ' AND ',
      );
    case 'or':
      return grouped(
        node.parts.map((part) => compileCondition(part, nowMs, searched)),
        ' OR ',
      );
    case 'not':
      return sql`NOT (${compileCondition(node.part, nowMs, searched)})`;
    case 'text':
      return messageTest(node.test, node, searched);
    case 'field': {
      const field = searched.field(node.field);
      return field.name === 'message'
        ? messageTest(node.test, node, searched)
        : fieldTest(field, node.test, node, nowMs);
    }
  }
}

const grouped = (parts: readonly Sql[], word: string): Sql => sql`(${join(parts, word)})`;

export function invalidQuery(place: Span, message: string): MoalogError {
  return new MoalogError('invalid_query', message, {
    places: [{ path: 'query', message, from: place.from, to: place.to }],
  });
}

/** A test of the message, by words. */
export function messageTest(test: Test, place: Span, searched: Searched = STORED): Sql {
  const { message } = searched;
  switch (test.kind) {
    case 'is':
      return wordOrPhrase(test.value, searched);
    case 'like':
      return messagePattern(test.pattern, searched);
    case 'regex':
      return sql`match(${message}, ${test.source})`;
    case 'exists':
      return sql`${message} != ''`;
    case 'any':
      return grouped(
        test.tests.map((each) => messageTest(each, place, searched)),
        ' OR ',
      );
    case 'compare':
      if (test.operator === '=') return sql`${message} = ${test.value}`;
      throw invalidQuery(place, 'The message is text: it cannot be compared by size.');
    case 'range':
      throw invalidQuery(place, 'The message is text: it has no ranges.');
  }
}

/** Scripts without capitals (Hangul, Han, kana, …) need no case folding beyond ASCII. */
const foldsLikeAscii = (text: string): boolean =>
  [...text].every((char) => isAscii(char) || char.toLowerCase() === char.toUpperCase());

/** ASCII words are found whole, others wherever they stand: particles and endings follow them without a space. */
function wordOrPhrase(value: string, searched: Searched): Sql {
  const { message, words: indexed } = searched;
  if (!foldsLikeAscii(value)) return sql`positionCaseInsensitiveUTF8(${message}, ${value}) > 0`;
  const lowered = asciiLower(value);
  const words = wordsIn(lowered);
  if (words.length === 0) return containing(searched, lowered);
  const whole = words.filter(isAscii);
  const conditions = words.filter((word) => !isAscii(word)).map((word) => containing(searched, word));
  if (whole.length > 0) conditions.unshift(sql`hasAllTokens(${indexed}, ${whole})`);
  if (words.length > 1 || words[0] !== lowered) conditions.push(sql`position(lower(${message}), ${lowered}) > 0`);
  return grouped(conditions, ' AND ');
}

/** Of the lowered message; from the index where that can be. */
function containing({ message, words }: Searched, ...parts: readonly string[]): Sql {
  const pattern = `%${parts.map(escapeLike).join('%')}%`;
  return parts.every(isOnePiece) ? sql`${words} LIKE ${pattern}` : sql`lower(${message}) LIKE ${pattern}`;
}

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (char) => char.toLowerCase());
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** `time*` is a word that begins so, `*out*` any substring, `a*b` a word that begins with a and ends with b. */
function messagePattern(pattern: Pattern, searched: Searched): Sql {
  const lowered = pattern.map(asciiLower);
  const like = containing(searched, ...lowered);
  const first = lowered[0] ?? '';
  const last = lowered[lowered.length - 1] ?? '';
  if (first === '' && last === '') return like;
  const before = first === '' ? '' : `(?:^|${beside(first.slice(0, 1))})`;
  const after = last === '' ? '' : `(?:$|${beside(last.slice(-1))})`;
  return sql`(${like} AND match(lower(${searched.message}), ${`${before}${lowered.map(escapeRegex).join('\\S*')}${after}`}))`;
}

/** What may stand beside an end of a word: of an ASCII word anything beyond ASCII, too. */
const beside = (end: string): string => (isAscii(end) ? '[^a-z0-9_]' : '[^\\pL\\pN_]');

/** A test of one field as a condition; `place` is where it stands. */
export function fieldTest(field: ResolvedField, test: Test, place: Span, nowMs: number): Sql {
  if (field.kind === 'time') return timeTest(field, test, place, nowMs);
  if (field.kind === 'id') return idTest(test, place);
  const { value } = field;
  switch (test.kind) {
    case 'is':
      return sql`${value} = ${spelled(field, test.value)}`;
    case 'like':
      return sql`${value} LIKE ${test.pattern.map(escapeLike).join('%')}`;
    case 'regex':
      return sql`match(${value}, ${test.source})`;
    case 'exists':
      return sql`${value} != ''`;
    case 'any': {
      const plain = test.tests.filter((each) => each.kind === 'is').map((each) => spelled(field, each.value));
      const others = test.tests
        .filter((each) => each.kind !== 'is')
        .map((each) => fieldTest(field, each, place, nowMs));
      return grouped(plain.length === 0 ? others : [sql`${value} IN ${plain}`, ...others], ' OR ');
    }
    case 'compare':
      return compared(value, test.operator, test.value, !test.quoted && NUMBER.test(test.value));
    case 'range': {
      const bounds = [test.low, test.high].filter((bound) => bound !== null);
      const numeric = bounds.every((bound) => NUMBER.test(bound));
      const sides = [
        ...(test.low === null ? [] : [compared(value, test.includesLow ? '>=' : '>', test.low, numeric)]),
        ...(test.high === null ? [] : [compared(value, test.includesHigh ? '<=' : '<', test.high, numeric)]),
      ];
      return sides.length === 0 ? sql`${value} != ''` : grouped(sides, ' AND ');
    }
  }
}

/** Values of columns with a fixed spelling. */
function spelled(field: ResolvedField, value: string): string {
  const lowered = value.toLowerCase();
  if (field.name === 'level') return LEVEL_ALIASES[lowered] ?? lowered;
  return field.kind === 'text' && (field.name === 'trace_id' || field.name === 'span_id') ? lowered : value;
}

/** Numbers compare as numbers, text as text; a missing field is neither. */
function compared(value: Sql, operator: '>' | '>=' | '<' | '<=' | '=', bound: string, numeric: boolean): Sql {
  const word = unsafeSql(operator);
  if (numeric) return sql`ifNull(toFloat64OrNull(${value}) ${word} ${Number(bound)}, 0)`;
  return sql`(${value} ${word} ${bound} AND ${value} != '')`;
}

function timeTest(field: ResolvedField, test: Test, place: Span, nowMs: number): Sql {
  const at = (text: string): Sql => {
    const nanoseconds = toNanoseconds(text, nowMs);
    if (nanoseconds === null)
      throw invalidQuery(place, `${JSON.stringify(text)} is not a time; write 2026-11-19T10:00:00Z or now-15m.`);
    return sql`fromUnixTimestamp64Nano(${withinReach(nanoseconds)}, 'UTC')`;
  };
  switch (test.kind) {
    case 'is':
      return sql`${field.value} = ${at(test.value)}`;
    case 'compare':
      return sql`${field.value} ${unsafeSql(test.operator)} ${at(test.value)}`;
    case 'range': {
      const sides = [
        ...(test.low === null ? [] : [sql`${field.value} ${unsafeSql(test.includesLow ? '>=' : '>')} ${at(test.low)}`]),
        ...(test.high === null
          ? []
          : [sql`${field.value} ${unsafeSql(test.includesHigh ? '<=' : '<')} ${at(test.high)}`]),
      ];
      return sides.length === 0 ? unsafeSql('1') : grouped(sides, ' AND ');
    }
    case 'exists':
      return unsafeSql('1');
    default:
      throw invalidQuery(place, `${field.name} is a time: compare it, or give a range.`);
  }
}

function idTest(test: Test, place: Span): Sql {
  const id = (value: string): Sql => {
    const number = readUnsigned64(value);
    if (number === null) throw invalidQuery(place, 'An event id is a whole number below 2^64.');
    return unsigned(number);
  };
  if (test.kind === 'is') return sql`event_id = ${id(test.value)}`;
  if (test.kind === 'compare') return sql`event_id ${unsafeSql(test.operator)} ${id(test.value)}`;
  if (test.kind === 'any')
    return grouped(
      test.tests.map((each) => idTest(each, place)),
      ' OR ',
    );
  throw invalidQuery(place, 'An event id is equal to a number, or greater or smaller.');
}
