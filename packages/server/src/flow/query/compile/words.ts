import { type Sql, unsafeSql } from './sql.ts';

/**
 * The message in small letters with spaces around what is beyond ASCII. The text index is on this expression (migration 0001-logs): only a query that
 * writes it the same way is answered from the index.
 */
export const WORDS: Sql = unsafeSql(
  String.raw`lower(if(lengthUTF8(message) = length(message), message, replaceRegexpAll(message, '([^\\x00-\\x7f]+)', ' \\1 ')))`,
);

export const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
/** Whether the expression leaves `text` in one piece. */
export const isOnePiece = (text: string): boolean => isAscii(text) || /^[^\0-\x7f]*$/.test(text);

/** Words as the index cuts them: ASCII letters and digits, or all in a row that is beyond ASCII. `text` is in small letters. */
export const wordsIn = (text: string): string[] => [...new Set(text.match(/[a-z0-9]+|[^\0-\x7f]+/g) ?? [])];
