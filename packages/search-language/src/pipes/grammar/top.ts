import { checkDistinct } from '../check.ts';
import { printNames } from '../print.ts';
import type { Column } from '../tree.ts';
import { atMost, type Grammar, groupColumns, readCount } from './grammar.ts';

const MAX_TOP = 1_000;
const DEFAULT_TOP = 10;

/** How often, and as a share of all rows that have the field. */
const COUNTS: readonly Column[] = [
  { name: 'count', type: 'number' },
  { name: 'share', type: 'number' },
];

const counted = {
  read: (reader) => ({
    limit: readCount(reader, MAX_TOP, DEFAULT_TOP),
    fields: atMost(reader, reader.names('field')),
  }),
  print: ({ limit, fields }) => ` ${limit} ${printNames(fields)}`,
  shape: (pipe, before, complain) => {
    const columns = [...groupColumns(pipe.fields, before, complain), ...COUNTS];
    checkDistinct(columns, pipe, complain);
    return { rows: 'table', columns };
  },
} satisfies Omit<Grammar<'top' | 'rare'>, 'example'>;

export const top: Grammar<'top'> = { example: 'top 10 url', ...counted };
export const rare: Grammar<'rare'> = { example: 'rare 10 url', ...counted };
