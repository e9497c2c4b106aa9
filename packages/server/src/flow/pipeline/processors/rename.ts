import { z } from 'zod';
import { fieldSchema, targetSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

/** Old name to new name, all at once: two fields can change places. */
export const rename = processor(
  'rename',
  'Gives fields other names: from: to. What is under the new name is replaced.',
  { fields: z.record(fieldSchema, targetSchema) },
  (state, { fields }) => {
    const values = Object.entries(fields).map(([from, to]) => ({
      from,
      to,
      value: state.step(`toString(${state.read(from)})`),
    }));
    for (const { from } of values) state.write(from, `''`);
    for (const { to, value } of values) state.writeIfThere(to, value);
  },
);
