import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The tables that people read are the ones that are tested. */
const PAGE = path.resolve(import.meta.dirname, '../../docs/access.md');

export interface Table {
  /** Names of the columns after the route. */
  readonly callers: readonly string[];
  readonly rows: readonly { readonly route: string; readonly cells: readonly string[] }[];
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('`', ''));

/** The tables of the page, in its order. */
export function readTables(): Table[] {
  const blocks = readFileSync(PAGE, 'utf8')
    .split(/\n(?!\|)/)
    .map((block) => block.split('\n').filter((line) => line.startsWith('|')))
    .filter((lines) => lines.length > 2);
  return blocks.map(([head = '', , ...rows]) => ({
    callers: cellsOf(head).slice(1),
    rows: rows.map((line) => {
      const [route = '', ...cells] = cellsOf(line);
      return { route, cells };
    }),
  }));
}

/** Writes what was seen into a table of the page, for a person to read before it is committed. */
export function writeTable(which: number, rows: Table['rows']): void {
  let table = -1;
  const out: string[] = [];
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  lines.forEach((line, i) => {
    const starts = line.startsWith('|') && !lines[i - 1]?.startsWith('|');
    if (starts) table++;
    const isRow = line.startsWith('| `');
    if (!isRow || table !== which) out.push(line);
    if (line.startsWith('| -') && table === which)
      out.push(...rows.map(({ route, cells }) => `| \`${route}\` | ${cells.join(' | ')} |`));
  });
  writeFileSync(PAGE, out.join('\n'));
}
