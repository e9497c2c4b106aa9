import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { refuse } from '../pipeline-error.ts';
import { processor } from '../processor.ts';

export const remove = processor(
  'remove',
  'Removes fields; kubernetes.* removes all below a name.',
  { fields: z.array(fieldSchema).min(1).max(500) },
  (state, { fields }, { path }) => {
    fields.forEach((field, i) => {
      const star = field.indexOf('*');
      if (star < 0) state.write(field, `''`);
      else if (star === field.length - 1 && star > 0) state.removeAll(field.slice(0, -1));
      else throw refuse(`${path}.fields.${i}`, 'a * stands at the end alone: kubernetes.*');
    });
  },
);
