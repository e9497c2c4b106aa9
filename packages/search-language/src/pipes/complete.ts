import { describeCursor } from '../cursor.ts';
import { parseSearch } from '../parse.ts';
import type { Span } from '../tree.ts';
import { AGGREGATE_WORDS, FUNCTIONS } from './functions.ts';
import { GRAMMARS } from './grammar/index.ts';
import { parseQuery } from './parse-query.ts';
import { printField, printName } from './print.ts';

interface Completion {
  /** What is written. */
  readonly text: string;
  readonly kind: 'pipe' | 'function' | 'keyword' | 'column';
  readonly example?: string;
}

export interface PipeCursor {
  readonly replace: Span;
  readonly typed: string;
  readonly words: readonly Completion[];
  /** The value of this field is typed. */
  readonly valueOf: string | null;
  /** A field of events could stand here, written by this. */
  readonly writeField: ((name: string) => string) | null;
}

const TYPED = /[\p{L}_@][\p{L}\p{N}_.@$/-]*$/u;

/** What could be written at a cursor behind the first `|`; null in front of it. */
export function describePipeCursor(text: string, offset: number): PipeCursor | null {
  const { pipesFrom } = parseSearch(text);
  if (pipesFrom === null || offset <= pipesFrom) return null;
  const value = describeCursor(text.slice(pipesFrom + 1), offset - pipesFrom - 1);
  if (value.at === 'value') {
    const [from, to] = [value.replace.from + pipesFrom + 1, offset];
    return { replace: { from, to }, typed: value.typed, words: [], valueOf: value.field, writeField: null };
  }
  const typed = TYPED.exec(text.slice(0, offset))?.[0] ?? '';
  const from = offset - typed.length;
  const { continuation, shapes } = parseQuery(text.slice(0, from));
  const shape = shapes[shapes.length - 1];
  const reachesCursor =
    continuation !== null && text.slice(continuation.at, from).trim() === '' && continuation.at <= from;
  const expected = reachesCursor ? continuation.expected : [];
  const wantsField = expected.includes('field');
  const write = expected.includes('expression') ? printField : printName;
  const words: Completion[] = [];
  if (expected.includes('pipe'))
    for (const [name, { example }] of Object.entries(GRAMMARS)) words.push({ text: name, kind: 'pipe', example });
  if (expected.includes('aggregate'))
    for (const name of AGGREGATE_WORDS)
      words.push({ text: name === 'count' ? 'count()' : `${name}(`, kind: 'function' });
  for (const each of expected) if (/^"[a-z]+"$/.test(each)) words.push({ text: each.slice(1, -1), kind: 'keyword' });
  if (wantsField && shape !== undefined)
    for (const { name } of shape.columns) words.push({ text: write(name), kind: 'column' });
  if (expected.includes('expression'))
    for (const name of Object.keys(FUNCTIONS)) words.push({ text: `${name}(`, kind: 'function' });
  return {
    replace: { from, to: offset },
    typed,
    words,
    valueOf: null,
    writeField: wantsField && shape?.rows === 'events' ? write : null,
  };
}
