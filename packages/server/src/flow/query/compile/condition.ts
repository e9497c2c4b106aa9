import type { Pattern, SearchNode, Test } from '@moalog/search-language';
import { MoalogError } from '#errors';
import { toNanoseconds } from '../time-range.ts';
import { type ResolvedField, resolveField } from './field.ts';
import { join, type Sql, sql, unsafeSql, unsigned } from './sql.ts';

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

/** A search as a condition over columns of `logs`. `nowMs` is what `now` means in it. */
export function compileCondition(node: SearchNode, nowMs: number): Sql {
  switch (node.type) {
    case 'and':
      return grouped(
        node.parts.map((part) => compileCondition(part, nowMs)),
        ' AND ',
      );
    case 'or':
      return grouped(
        node.parts.map((part) => compileCondition(part, nowMs)),
        ' OR ',
      );
    case 'not':
      return sql`NOT (${compileCondition(node.part, nowMs)})`;
    case 'text':
      return messageTest(node.test, node);
    case 'field': {
      const field = resolveField(node.field);
      return field.name === 'message' ? messageTest(node.test, node) : fieldTest(field, node.test, node, nowMs);
    }
  }
}

interface Place {
  readonly from: number;
  readonly to: number;
}

const grouped = (parts: readonly Sql[], word: string): Sql => sql`(${join(parts, word)})`;

function refuse(place: Place, message: string): MoalogError {
  return new MoalogError('invalid_query', message, {
    places: [{ path: 'query', message, from: place.from, to: place.to }],
  });
}

/**
 * Words of the message go through the text index, which is on the expression lower(message) and cuts at everything that is not an
 * ASCII letter, a digit or beyond ASCII. The same expression has to stand in the query.
 */
function messageTest(test: Test, place: Place): Sql {
  switch (test.kind) {
    case 'is':
      return wordOrPhrase(test.value);
    case 'like':
      return messagePattern(test.pattern);
    case 'regex':
      return sql`match(message, ${test.source})`;
    case 'exists':
      return unsafeSql(`message != ''`);
    case 'any':
      return grouped(
        test.tests.map((each) => messageTest(each, place)),
        ' OR ',
      );
    case 'compare':
      if (test.operator === '=') return sql`message = ${test.value}`;
      throw refuse(place, 'The message is text: it cannot be compared by size.');
    case 'range':
      throw refuse(place, 'The message is text: it has no ranges.');
  }
}

const tokensOf = (text: string): string[] => [
  ...new Set(
    text
      .toLowerCase()
      .split(/[^a-z0-9\u0080-\u{10ffff}]+/u)
      .filter((token) => token !== ''),
  ),
];
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
/** Scripts without capitals (Hangul, Han, kana, …) need no case folding beyond ASCII. */
const foldsLikeAscii = (text: string): boolean =>
  [...text].every((char) => isAscii(char) || char.toLowerCase() === char.toUpperCase());

function wordOrPhrase(value: string): Sql {
  if (!foldsLikeAscii(value)) return sql`positionCaseInsensitiveUTF8(message, ${value}) > 0`;
  const lowered = asciiLower(value);
  const substring = sql`lower(message) LIKE ${`%${escapeLike(lowered)}%`}`;
  if (!isAscii(value)) return substring;
  const tokens = tokensOf(value);
  if (tokens.length === 0) return substring;
  const words = sql`hasAllTokens(lower(message), ${tokens})`;
  return tokens.length === 1 && tokens[0] === lowered
    ? words
    : sql`(${words} AND position(lower(message), ${lowered}) > 0)`;
}

const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (char) => char.toLowerCase());
const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** `time*` is a word that begins so, `*out*` any substring, `a*b` a word that begins with a and ends with b. */
function messagePattern(pattern: Pattern): Sql {
  const lowered = pattern.map(asciiLower);
  const like = sql`lower(message) LIKE ${`%${lowered.map(escapeLike).join('%')}%`}`;
  const first = lowered[0] ?? '';
  const last = lowered[lowered.length - 1] ?? '';
  if (first === '' && last === '') return like;
  const before = first === '' ? '' : '(?:^|[^\\pL\\pN_])';
  const after = last === '' ? '' : '(?:$|[^\\pL\\pN_])';
  return sql`(${like} AND match(lower(message), ${`${before}${lowered.map(escapeRegex).join('\\S*')}${after}`}))`;
}

function fieldTest(field: ResolvedField, test: Test, place: Place, nowMs: number): Sql {
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

function timeTest(field: ResolvedField, test: Test, place: Place, nowMs: number): Sql {
  const at = (text: string): Sql => {
    const nanoseconds = toNanoseconds(text, nowMs);
    if (nanoseconds === null)
      throw refuse(place, `${JSON.stringify(text)} is not a time; write 2026-11-19T10:00:00Z or now-15m.`);
    return sql`fromUnixTimestamp64Nano(${nanoseconds}, 'UTC')`;
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
      throw refuse(place, `${field.name} is a time: compare it, or give a range.`);
  }
}

function idTest(test: Test, place: Place): Sql {
  const id = (value: string): Sql => {
    if (!/^\d{1,20}$/.test(value)) throw refuse(place, 'An event id is a whole number.');
    return unsigned(BigInt.asUintN(64, BigInt(value)));
  };
  if (test.kind === 'is') return sql`event_id = ${id(test.value)}`;
  if (test.kind === 'compare') return sql`event_id ${unsafeSql(test.operator)} ${id(test.value)}`;
  if (test.kind === 'any')
    return grouped(
      test.tests.map((each) => idTest(each, place)),
      ' OR ',
    );
  throw refuse(place, 'An event id is equal to a number, or greater or smaller.');
}
