import { z } from 'zod';
import { fieldSchema, targetSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

export const split = processor(
  'split',
  'Cuts a field at a separator: into several fields, or into one JSON array.',
  {
    field: fieldSchema,
    separator: z.string().min(1).max(64),
    /** Fields for the parts in their order; the last gets what is left. '' leaves a part out. */
    into: z
      .array(z.union([z.literal(''), targetSchema]))
      .min(1)
      .max(100)
      .optional(),
    target: targetSchema.optional(),
  },
  (state, { field, separator, into, target }) => {
    const source = state.step(`toString(${state.read(field)})`);
    const cut = state.text(separator);
    if (into === undefined) {
      state.write(target ?? field, `if(${source} = '', '', toJSONString(splitByString(${cut}, ${source})))`);
      return;
    }
    const parts = state.guarded(`splitByString(${cut}, ${source})`, `CAST([], 'Array(String)')`);
    const found = into.map((name, i) => {
      const isLast = i === into.length - 1;
      return [
        name,
        state.step(isLast ? `arrayStringConcat(arraySlice(${parts}, ${i + 1}), ${cut})` : `${parts}[${i + 1}]`),
      ] as const;
    });
    for (const [name, sql] of found) if (name !== '') state.writeIfThere(name, sql);
    state.fail(`${source} != '' AND length(${parts}) < ${into.length}`, `${field} has fewer than ${into.length} parts`);
  },
);
