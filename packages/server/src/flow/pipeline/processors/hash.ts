import { z } from 'zod';
import { targetSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

export const hash = processor(
  'hash',
  'Puts the SHA-256 of fields in their place (hex, cut to length), so that values can be compared and not read.',
  {
    fields: z.array(targetSchema).min(1).max(100),
    /** Put before the value, so that nobody can try out values. */
    salt: z.string().max(256).default(''),
    length: z.number().int().min(8).max(64).default(32),
  },
  (state, { fields, salt, length }) => {
    for (const field of fields) {
      const value = state.step(`toString(${state.read(field)})`);
      state.write(
        field,
        `if(${value} = '', '', substring(lower(hex(SHA256(concat(${state.text(salt)}, ${value})))), 1, ${length}))`,
      );
    }
  },
);
