import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The code block below a heading of docs/senders/NAME.md that holds `mark`, as a person would copy it; the Korean page must have the same. */
export function snippet(page: string, mark: string): string {
  const [english, korean] = ['md', 'ko.md'].map((end) => {
    const text = readFileSync(path.resolve(import.meta.dirname, `../../docs/senders/${page}.${end}`), 'utf8');
    return [...text.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)]
      .map((match) => match[1] ?? '')
      .find((code) => code.includes(mark));
  });
  if (english === undefined) throw new Error(`docs/senders/${page}.md has no code with ${mark}`);
  if (korean !== english)
    throw new Error(`docs/senders/${page}.ko.md has other code with ${mark} than the English page`);
  return english;
}

/** Puts what the page names in its examples in place of it: every text must stand in it. */
export function adapted(code: string, changes: Readonly<Record<string, string>>): string {
  return Object.entries(changes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${from} does not stand in:\n${text}`);
    return text.replaceAll(from, to);
  }, code);
}
