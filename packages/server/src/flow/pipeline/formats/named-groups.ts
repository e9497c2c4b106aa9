/** A regular expression whose groups have no names any more, and the names they had, in their order; '' for a group without. */
export interface GroupedRegex {
  readonly source: string;
  readonly names: readonly string[];
}

/** Inside `[…]`: what stands there up to its end, or null when it has none. */
function classEnd(source: string, start: number): number {
  let at = start + 1;
  if (source[at] === '^') at++;
  if (source[at] === ']') at++;
  for (; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source.startsWith('[:', at) && source.indexOf(':]', at) > 0) at = source.indexOf(':]', at) + 1;
    else if (source[at] === ']') return at;
  }
  return source.length;
}

/** Finds the capturing groups of an RE2 expression and takes their names, which may be any field's, out of it. */
export function namedGroups(source: string): GroupedRegex {
  const names: string[] = [];
  let written = '';
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') {
      const end = source[at + 1] === 'Q' ? source.indexOf('\\E', at) : -1;
      const next = end < 0 ? at + 2 : end + 2;
      written += source.slice(at, next);
      at = next - 1;
    } else if (char === '[') {
      const end = classEnd(source, at);
      written += source.slice(at, end + 1);
      at = end;
    } else if (char === '(') {
      const name = /^\(\?P?<([^>]*)>/.exec(source.slice(at, at + 300));
      if (name !== null) {
        names.push(name[1] ?? '');
        written += '(';
        at += name[0].length - 1;
      } else {
        if (source[at + 1] !== '?') names.push('');
        written += '(';
      }
    } else written += char;
  }
  return { source: written, names };
}

/** Text that a regular expression finds as it stands. */
export const escapeRegex = (text: string): string =>
  text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replaceAll('\n', '\\n');
