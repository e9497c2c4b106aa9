/**
 * ClickHouse's lexer as far as the HTTP interface must see: which words stand outside of strings, comments and brackets. Everything
 * else about a statement is the engine's business.
 */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'symbol' | 'other';
  /** Upper case for words, the character for symbols, empty otherwise. */
  readonly word: string;
  readonly start: number;
  readonly end: number;
  /** Open brackets around it. */
  readonly depth: number;
}

const WORD_START = /[A-Za-z_\u0080-\uffff]/;
const TOKEN = new RegExp(
  [
    /(?<space>\s+)/,
    /(?<comment>--[^\n]*|#(?=[ !])[^\n]*|\/\*[\s\S]*?(?:\*\/|$))/,
    /(?<heredoc>\$(?<tag>[A-Za-z0-9_]*)\$[\s\S]*?\$\k<tag>\$)/,
    /(?<string>'[^'\\]*(?:(?:\\[\s\S]|'')[^'\\]*)*(?:'|$))/,
    /(?<quoted>`[^`\\]*(?:(?:\\[\s\S]|``)[^`\\]*)*(?:`|$)|"[^"\\]*(?:(?:\\[\s\S]|"")[^"\\]*)*(?:"|$))/,
    /(?<word>[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*)/,
    /(?<number>[0-9][A-Za-z0-9_.]*)/,
    /(?<symbol>[\s\S])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'y',
);

/** Tokens of a text, comments and white space left out. Lazy: what follows the statement of an INSERT is data and is never looked at. */
export function* tokensOf(text: string): Generator<Token> {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const groups = match?.groups;
    if (match === null || groups === undefined) return;
    const start = at;
    at += match[0].length;
    if (groups.space !== undefined || groups.comment !== undefined) continue;
    const token = { start, end: at };
    if (groups.word !== undefined) yield { kind: 'word', word: match[0].toUpperCase(), ...token, depth };
    else if (groups.quoted !== undefined) yield { kind: 'quoted', word: '', ...token, depth };
    else if (groups.string !== undefined || groups.heredoc !== undefined)
      yield { kind: 'string', word: '', ...token, depth };
    else if (groups.number !== undefined) yield { kind: 'other', word: '', ...token, depth };
    else {
      if (isClosing(match[0])) depth = Math.max(0, depth - 1);
      yield { kind: 'symbol', word: match[0], ...token, depth };
      if (isOpening(match[0])) depth++;
    }
  }
}

const isOpening = (symbol: string): boolean => symbol === '(' || symbol === '[' || symbol === '{';
const isClosing = (symbol: string): boolean => symbol === ')' || symbol === ']' || symbol === '}';

/** Whether a name may stand for a format, a setting or a parameter. */
export const isName = (text: string): boolean => WORD_START.test(text[0] ?? '') && /^[A-Za-z0-9_]{1,128}$/.test(text);
