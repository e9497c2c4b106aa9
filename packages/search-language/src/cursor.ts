import { parseSearch } from './parse.ts';
import type { Span } from './tree.ts';

/** What could be completed at a cursor: a field's name, or a value of a field; `replace` is the text typed so far. */
export type CursorContext =
  | { readonly at: 'field'; readonly typed: string; readonly replace: Span }
  | { readonly at: 'value'; readonly field: string; readonly typed: string; readonly replace: Span }
  | { readonly at: 'nothing' };

const FIELD_AND_VALUE =
  /(?:^|[\s(-])(?:"((?:[^"\\]|\\.)+)"|([^\s():"[\]{}|-][^\s():"[\]{}|]*)):(?:(?:[^\s()"]*\s+OR\s+)*|\([^)]*?)("?)([^\s()"[\]{}<>=]*)$/;

export function describeCursor(text: string, offset: number): CursorContext {
  const before = text.slice(0, offset);
  if (insidePhraseOrRegex(text, offset)) return { at: 'nothing' };
  const value = FIELD_AND_VALUE.exec(before);
  if (value !== null) {
    const typed = value[4] ?? '';
    return {
      at: 'value',
      field: value[1] ?? value[2] ?? '',
      typed,
      replace: { from: offset - typed.length - (value[3]?.length ?? 0), to: offset },
    };
  }
  const typed = /[^\s():"[\]{}|-][^\s():"[\]{}|]*$/.exec(before)?.[0] ?? '';
  return { at: 'field', typed, replace: { from: offset - typed.length, to: offset } };
}

function insidePhraseOrRegex(text: string, offset: number): boolean {
  return parseSearch(text).tokens.some((token) => token.kind === 'regex' && token.from < offset && offset < token.to);
}
