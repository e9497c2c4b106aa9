import { z } from 'zod';
import { fieldSchema, targetSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

export const copy = processor(
  'copy',
  'Copies fields to other names: from: to. Maps paths of documents to names of your own.',
  { fields: z.record(fieldSchema, targetSchema) },
  (state, { fields }) => {
    const values = Object.entries(fields).map(([from, to]) => ({
      to,
      value: state.step(`toString(${state.read(from)})`),
    }));
    for (const { to, value } of values) state.writeIfThere(to, value);
  },
);
