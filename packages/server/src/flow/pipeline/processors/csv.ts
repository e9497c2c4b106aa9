import { z } from 'zod';
import { fieldSchema, targetSchema } from '../field-names.ts';
import { failUnless } from '../formats/captures.ts';
import { escapeRegex } from '../formats/named-groups.ts';
import { processor } from '../processor.ts';

export const csv = processor(
  'csv',
  'Reads the values of a line of CSV into fields.',
  {
    field: fieldSchema.default('message'),
    /** In their order; '' leaves a column out. */
    columns: z
      .array(z.union([z.literal(''), targetSchema]))
      .min(1)
      .max(500),
    separator: z.string().length(1, 'one character').default(','),
    quote: z.string().length(1, 'one character').default('"'),
    trim: z.boolean().default(false),
  },
  (state, { field, columns, separator, quote, trim }) => {
    const source = state.step(state.read(field));
    const [mark, cut] = [escapeRegex(quote), escapeRegex(separator)];
    // Every value begins with a separator: one is put before the line.
    const value = `${cut}((?:${mark}(?:[^${mark}]|${mark}${mark})*${mark})|[^${cut}]*)`;
    const values = `extractAll(concat(${state.text(separator)}, ${source}), ${state.regex(value)})`;
    const q = state.text(quote);
    const unquoted = `if(startsWith(c, ${q}), replaceAll(substring(c, 2, length(c) - 2), ${state.text(quote + quote)}, ${q}), c)`;
    const split = `if(position(${source}, ${q}) = 0, splitByString(${state.text(separator)}, ${source}), arrayMap(c -> ${unquoted}, ${values}))`;
    const cells = state.guarded(trim ? `arrayMap(c -> trimBoth(c), ${split})` : split, `CAST([], 'Array(String)')`);
    const found = columns.map((name, i) => [name, state.step(`${cells}[${i + 1}]`)] as const);
    for (const [name, sql] of found) if (name !== '') state.writeIfThere(name, sql);
    failUnless(
      state,
      `(length(${cells}) = ${columns.length})`,
      source,
      field,
      `the line has not ${columns.length} values`,
    );
  },
);
