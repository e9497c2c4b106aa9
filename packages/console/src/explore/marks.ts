import { parseSearch, type SearchNode, type Test } from '@moalog/search-language';

export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/** What of a search stands in the message, as one expression; null when nothing does. */
export function hitsOf(query: string): RegExp | null {
  const words: string[] = [];
  collect(parseSearch(query).tree, words);
  return words.length === 0 ? null : new RegExp(words.sort((a, b) => b.length - a.length).join('|'), 'giu');
}

function collect(node: SearchNode | null, into: string[]): void {
  if (node === null || node.type === 'not') return;
  if (node.type === 'and' || node.type === 'or') {
    for (const part of node.parts) collect(part, into);
    return;
  }
  if (node.type === 'field' && node.field !== 'message') return;
  const { test }: { test: Test } = node;
  if (test.kind === 'is' && test.value !== '') into.push(escapeRegex(test.value));
  if (test.kind === 'like') {
    const pattern = test.pattern.filter((part) => part !== '').map(escapeRegex);
    if (pattern.length > 0) into.push(pattern.join('\\S*?'));
  }
}

const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

/** The text in pieces, those that were found marked. At most so many hits, for very long lines. */
export function marked(text: string, hits: RegExp | null, maxHits = 200): Piece[] {
  if (hits === null) return [{ text, hit: false }];
  const pieces: Piece[] = [];
  let at = 0;
  let count = 0;
  for (const match of text.matchAll(hits)) {
    if (match[0] === '' || count++ >= maxHits) break;
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), hit: false });
    pieces.push({ text: match[0], hit: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), hit: false });
  return pieces;
}
