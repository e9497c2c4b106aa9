export interface Painted {
  readonly text: string;
  /** Class names for the style sheet, '' for plain text. */
  readonly paint: string;
}

const ESCAPE = String.fromCharCode(27);
const SEQUENCE = new RegExp(`${ESCAPE}\\[([0-9;:?]*)([A-Za-z])`, 'g');

/** Text of a terminal in pieces of one look. Sequences that are no colours are dropped; copies and exports keep them. */
export function painted(text: string): Painted[] {
  if (!text.includes(ESCAPE)) return [{ text, paint: '' }];
  const pieces: Painted[] = [];
  let style = new Set<string>();
  let at = 0;
  const push = (part: string): void => {
    if (part !== '') pieces.push({ text: part, paint: [...style].join(' ') });
  };
  for (const match of text.matchAll(SEQUENCE)) {
    push(text.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] === 'm') style = restyled(style, (match[1] ?? '').split(/[;:]/).map(Number));
  }
  push(text.slice(at));
  return pieces;
}

export const withoutAnsi = (text: string): string => (text.includes(ESCAPE) ? text.replace(SEQUENCE, '') : text);

/** The style after one SGR sequence. Of the extended colours only the sixteen named ones are shown: others may not be readable on our ground. */
function restyled(before: ReadonlySet<string>, codes: readonly number[]): Set<string> {
  const style = new Set(before);
  const colour = (name: string | null): void => {
    for (const each of style) if (/^ansi-\d/.test(each)) style.delete(each);
    if (name !== null) style.add(name);
  };
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) style.clear();
    else if (code === 1) style.add('ansi-bold');
    else if (code === 2) style.add('ansi-dim');
    else if (code === 3) style.add('ansi-italic');
    else if (code === 4) style.add('ansi-underline');
    else if (code === 22) {
      style.delete('ansi-bold');
      style.delete('ansi-dim');
    } else if (code === 39) colour(null);
    else if (code >= 30 && code <= 37) colour(`ansi-${code - 30}`);
    else if (code >= 90 && code <= 97) colour(`ansi-${code - 90}`);
    else if (code === 38 || code === 48) {
      const index = codes[i + 2] ?? 0;
      if (code === 38 && codes[i + 1] === 5 && index < 16) colour(`ansi-${index % 8}`);
      i += codes[i + 1] === 5 ? 2 : 4;
    }
  }
  return style;
}
