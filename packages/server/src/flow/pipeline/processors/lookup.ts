import { z } from 'zod';
import { fieldSchema, targetSchema } from '../field-names.ts';
import { refuse } from '../pipeline-error.ts';
import { processor } from '../processor.ts';

const MAX_ROWS = 20_000;
const MAX_COLUMNS = 20;

/** Cells of CSV text, line by line. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.trim().matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n"]*))(,|\r?\n|$)/g)) {
    if (quoted === undefined && plain === '' && end === '' && rows.at(-1)?.length === 0) break;
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

export const lookup = processor(
  'lookup',
  'Looks a value up in a table: the columns of the row whose first column is the value become fields.',
  {
    field: fieldSchema,
    /** With a head; the first column is looked up, the others are named after the fields they become. */
    csv: z.string().min(1).max(400_000),
    ignore_case: z.boolean().default(false),
    /** Whether a value that is not in the table is a failure. */
    required: z.boolean().default(false),
  },
  (state, { field, csv, ignore_case, required }, { path }) => {
    const [head = [], ...rows] = rowsOf(csv);
    const names = head.slice(1);
    if (names.length === 0 || rows.length === 0)
      throw refuse(`${path}.csv`, 'the table needs a head with two columns, and a row');
    if (names.length > MAX_COLUMNS || rows.length > MAX_ROWS)
      throw refuse(`${path}.csv`, `the table has more than ${MAX_ROWS} rows or ${MAX_COLUMNS} columns`);
    names.forEach((name) => {
      if (!targetSchema.safeParse(name).success)
        throw refuse(`${path}.csv`, `${JSON.stringify(name)} is no name of a field that can be set`);
    });
    const cased = (text: string): string => (ignore_case ? text.toLowerCase() : text);
    const table = new Map(rows.map(([key = '', ...cells]) => [cased(key), cells]));
    const source = state.step(
      ignore_case ? `lowerUTF8(toString(${state.read(field)}))` : `toString(${state.read(field)})`,
    );
    const keys = state.literals.many([...table.keys()]);
    const found = names.map((name, i) => {
      const cells = state.literals.many([...table.values()].map((row) => row[i] ?? ''));
      return [name, state.guarded(`transform(${source}, ${keys}, ${cells}, '')`, `''`)] as const;
    });
    for (const [name, value] of found) state.writeIfThere(name, value);
    if (required) state.fail(`${source} != '' AND NOT has(${keys}, ${source})`, `${field} is not in the table`);
  },
);
