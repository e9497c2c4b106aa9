import { z } from 'zod';
import { targetSchema } from '../field-names.ts';
import { template } from '../formats/template.ts';
import { processor } from '../processor.ts';

export const set = processor(
  'set',
  'Sets fields to texts in which {field} stands for a field: message: "{http.request.method} {url.path}".',
  {
    fields: z.record(targetSchema, z.string().max(10_000)),
    /** Leaves fields as they are that have a value. */
    only_missing: z.boolean().default(false),
  },
  (state, { fields, only_missing }) => {
    const values = Object.entries(fields).map(
      ([name, written]) => [name, state.step(template(state, written))] as const,
    );
    for (const [name, value] of values)
      state.write(name, only_missing ? `if(${state.read(name)} = '', ${value}, toString(${state.read(name)}))` : value);
  },
);
