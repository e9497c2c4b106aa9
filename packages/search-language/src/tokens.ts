import type { Pattern, Span } from './tree.ts';

/** What the text is made of, before grammar. */
export type Lexeme = Span &
  (
    | { readonly type: 'word'; readonly text: string; readonly pattern: Pattern | null }
    | { readonly type: 'phrase'; readonly text: string; readonly closed: boolean }
    | { readonly type: 'regex'; readonly source: string; readonly closed: boolean }
    /** A name with its colon. */
    | { readonly type: 'field'; readonly name: string; readonly nameSpan: Span }
    | { readonly type: 'compare'; readonly operator: '>' | '>=' | '<' | '<=' | '=' }
    | { readonly type: '(' | ')' | '[' | ']' | '{' | '}' | '-' | '|' }
    | { readonly type: 'AND' | 'OR' | 'NOT' }
    | { readonly type: 'end' }
  );

const SPACE = /\s/;
const ENDS_WORD = /[\s()[\]{}"|]/;
const ENDS_ARGUMENT = /[\s()[\]{}"|,]/;

/**
 * Reads the next lexeme at `at`. `place` says whether a condition may begin there, or the value of a field; `commaEnds` that the value is an argument of
 * a pipe, with others behind it.
 */
export function nextLexeme(text: string, at: number, place: 'condition' | 'value', commaEnds = false): Lexeme {
  let from = at;
  while (from < text.length && SPACE.test(text.charAt(from))) from++;
  const first = text.charAt(from);
  if (first === '') return { type: 'end', from, to: from };
  if (
    first === '(' ||
    first === ')' ||
    first === '[' ||
    first === ']' ||
    first === '{' ||
    first === '}' ||
    first === '|'
  ) {
    return { type: first, from, to: from + 1 };
  }
  if (place === 'condition' && first === '-' && /[^\s]/.test(text.charAt(from + 1)))
    return { type: '-', from, to: from + 1 };
  if (first === '"') return phrase(text, from, place);
  if (first === '/') {
    const regex = readRegex(text, from, commaEnds);
    if (regex !== null) return regex;
  }
  if (place === 'value') {
    const operator = /^(?:>=|<=|>|<|=)/.exec(text.slice(from, from + 2))?.[0] as
      | '>'
      | '>='
      | '<'
      | '<='
      | '='
      | undefined;
    if (operator !== undefined) return { type: 'compare', operator, from, to: from + operator.length };
  }
  return word(text, from, place, commaEnds ? ENDS_ARGUMENT : ENDS_WORD);
}

function phrase(text: string, from: number, place: 'condition' | 'value'): Lexeme {
  let value = '';
  let at = from + 1;
  while (at < text.length && text.charAt(at) !== '"') {
    if (text.charAt(at) === '\\' && at + 1 < text.length) at++;
    value += text.charAt(at++);
  }
  const closed = at < text.length;
  if (closed && place === 'condition' && text.charAt(at + 1) === ':') {
    return { type: 'field', name: value, nameSpan: { from, to: at + 1 }, from, to: at + 2 };
  }
  return { type: 'phrase', text: value, closed, from, to: closed ? at + 1 : at };
}

/** `/…/` where the closing slash ends a word; anything else that begins with a slash is a path. */
function readRegex(text: string, from: number, commaEnds: boolean): Lexeme | null {
  const behind = commaEnds ? /[\s)|,]/ : /[\s)|]/;
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (char === '/' && (at + 1 >= text.length || behind.test(text.charAt(at + 1)))) {
      return { type: 'regex', source: text.slice(from + 1, at).replaceAll('\\/', '/'), closed: true, from, to: at + 1 };
    }
  }
  return null;
}

function word(text: string, from: number, place: 'condition' | 'value', ends: RegExp): Lexeme {
  const parts: string[] = [''];
  let at = from;
  while (at < text.length && !ends.test(text.charAt(at))) {
    const char = text.charAt(at);
    if (char === ':' && place === 'condition' && at > from) {
      return { type: 'field', name: parts.join('*'), nameSpan: { from, to: at }, from, to: at + 1 };
    }
    if (char === '*') parts.push('');
    else if (char === '\\' && at + 1 < text.length) parts[parts.length - 1] += text.charAt(++at);
    else parts[parts.length - 1] += char;
    at++;
  }
  if (at === from) at++;
  const raw = text.slice(from, at);
  if (place === 'condition' && (raw === 'AND' || raw === 'OR' || raw === 'NOT')) return { type: raw, from, to: at };
  return { type: 'word', text: parts.join('*'), pattern: parts.length > 1 ? parts : null, from, to: at };
}
