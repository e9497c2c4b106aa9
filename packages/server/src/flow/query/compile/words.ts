import { type Sql, sql, unsafeSql } from './sql.ts';

const BEYOND_ASCII = String.raw`'([^\\x00-\\x7f]+)'`;
const SPACED = String.raw`' \\1 '`;

/**
 * The message in small letters with spaces around what is beyond ASCII. The text index is on this expression (migration 0001-logs): only a query that
 * writes it the same way is answered from the index.
 */
export const WORDS: Sql = wordsOf(unsafeSql('message'));

/** The same of another text. */
export function wordsOf(text: Sql): Sql {
  return sql`lower(if(lengthUTF8(${text}) = length(${text}), ${text}, replaceRegexpAll(${text}, ${unsafeSql(BEYOND_ASCII)}, ${unsafeSql(SPACED)})))`;
}

export const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
/** Whether the expression leaves `text` in one piece. */
export const isOnePiece = (text: string): boolean => isAscii(text) || /^[^\0-\x7f]*$/.test(text);

/** Words as the index cuts them: ASCII letters and digits, or all in a row that is beyond ASCII. `text` is in small letters. */
export const wordsIn = (text: string): string[] => [...new Set(text.match(/[a-z0-9]+|[^\0-\x7f]+/g) ?? [])];
