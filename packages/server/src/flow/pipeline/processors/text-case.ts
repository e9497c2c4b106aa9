import { z } from 'zod';
import { targetSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

const fields = z.array(targetSchema).min(1).max(100);

const textCase = (type: string, about: string, name: string) =>
  processor(type, about, { fields }, (state, options) => {
    for (const field of options.fields) state.write(field, `${name}(toString(${state.read(field)}))`);
  });

export const lower = textCase('lower', 'Writes fields in small letters.', 'lowerUTF8');
export const upper = textCase('upper', 'Writes fields in capitals.', 'upperUTF8');
export const trim = textCase('trim', 'Takes spaces off both ends of fields.', 'trimBoth');
