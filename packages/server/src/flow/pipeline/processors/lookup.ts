import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { fieldSchema, targetSchema } from '../field-names.ts';
import { refuse } from '../pipeline-error.ts';
import { processor } from '../processor.ts';

const MAX_ROWS = 20_000;
const MAX_COLUMNS = 20;
/** Looked through one by one: 0.1 µs each. */
const MAX_NETWORKS = 1_000;

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

/** An address alone is a network of itself. */
const wholeNetwork = (written: string): string =>
  written.includes('/') ? written : `${written}/${isIPv4(written) ? 32 : 128}`;

/** Narrowest first. */
function byWidth(networks: readonly string[], path: string): string[] {
  if (networks.length > MAX_NETWORKS) throw refuse(path, `the table has more than ${MAX_NETWORKS} networks`);
  const openBits = (network: string): number => {
    const [address = '', prefix = ''] = network.split('/');
    const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
    if (width === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > width)
      throw refuse(path, `${JSON.stringify(network)} is no network: write 10.0.0.0/8`);
    return width - Number(prefix);
  };
  return networks
    .map((network) => ({ network, bits: openBits(network) }))
    .sort((a, b) => a.bits - b.bits)
    .map(({ network }) => network);
}

/** Number (from 1) of the first network that holds the address; 0 for none, and for what is no address. */
const networkIndex = (source: string, networks: string): string =>
  `if(isIPv4String(${source}) OR isIPv6String(${source}), arrayFirstIndex(n -> isIPAddressInRange(${source}, n), ${networks}), 0)`;

export const lookup = processor(
  'lookup',
  'Looks a value up in a table: the columns of the row whose first column is the value become fields.',
  {
    field: fieldSchema,
    /** With a head; the first column is looked up, the others are named after the fields they become. */
    csv: z.string().min(1).max(400_000),
    /** `network`: the first column has addresses and networks (10.0.0.0/8); the narrowest that holds the address counts. */
    match: z.enum(['exact', 'network']).default('exact'),
    ignore_case: z.boolean().default(false),
    /** Whether a value that is not in the table is a failure. */
    required: z.boolean().default(false),
  },
  (state, { field, csv, match, ignore_case, required }, { path }) => {
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
    const keyOf = (text: string): string =>
      match === 'network' ? wholeNetwork(text) : ignore_case ? text.toLowerCase() : text;
    const table = new Map(rows.map(([key = '', ...cells]) => [keyOf(key), cells]));
    const source = state.step(
      ignore_case ? `lowerUTF8(toString(${state.read(field)}))` : `toString(${state.read(field)})`,
    );
    const order = match === 'network' ? byWidth([...table.keys()], `${path}.csv`) : [...table.keys()];
    const keys = state.literals.many(order);
    const at = match === 'exact' ? null : state.guarded(networkIndex(source, keys), '0');
    const found = names.map((name, i) => {
      const cells = state.literals.many(order.map((key) => table.get(key)?.[i] ?? ''));
      const value = at === null ? `transform(${source}, ${keys}, ${cells}, '')` : `${cells}[${at}]`;
      return [name, state.guarded(value, `''`)] as const;
    });
    const isKnown = at === null ? `has(${keys}, ${source})` : `${at} > 0`;
    for (const [name, value] of found) state.writeIfThere(name, value);
    if (required) state.fail(`${source} != '' AND NOT (${isKnown})`, `${field} is not in the table`);
  },
);
