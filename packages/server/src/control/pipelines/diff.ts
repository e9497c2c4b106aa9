import type { DiffLine } from '@moalog/contract';

/** Longer texts are shown as wholly replaced between their common ends. */
const MAX_LINES = 2_000;

/** What changed from one text to another, line by line: the longest common subsequence stays. */
export function diffLines(older: string, newer: string): DiffLine[] {
  const [a, b] = [older, newer].map((text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n')));
  if (a === undefined || b === undefined) return [];
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let ends = 0;
  while (ends < a.length - from && ends < b.length - from && a.at(-1 - ends) === b.at(-1 - ends)) ends++;
  const same = (text: string): DiffLine => ({ kind: 'same', text });
  return [
    ...a.slice(0, from).map(same),
    ...between(a.slice(from, a.length - ends), b.slice(from, b.length - ends)),
    ...a.slice(a.length - ends).map(same),
  ];
}

function between(a: readonly string[], b: readonly string[]): DiffLine[] {
  const isLong = a.length > MAX_LINES || b.length > MAX_LINES;
  // common[i][j]: lines that a from i on and b from j on have in common.
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(isLong ? 1 : b.length + 1));
  if (!isLong)
    for (let i = a.length - 1; i >= 0; i--)
      for (let j = b.length - 1; j >= 0; j--) {
        const row = common[i];
        if (row === undefined) continue;
        row[j] = a[i] === b[j] ? (common[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(common[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
      }
  const lines: DiffLine[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [left, right] = [a[i], b[j]];
    if (left !== undefined && left === right && !isLong) {
      lines.push({ kind: 'same', text: left });
      i++;
      j++;
    } else if (
      left !== undefined &&
      (right === undefined || isLong || (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))
    ) {
      lines.push({ kind: 'removed', text: left });
      i++;
    } else if (right !== undefined) {
      lines.push({ kind: 'added', text: right });
      j++;
    }
  }
  return lines;
}
