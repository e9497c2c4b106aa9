import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

export const level = processor(
  'level',
  'Reads the level from a field; map says what words of your own mean: {W: warn, 404: error}.',
  {
    field: fieldSchema.default('level'),
    map: z.record(z.string().min(1).max(64), z.enum(LEVELS)).default({}),
    /** Where the word is not in the map and no known level. */
    otherwise: z.enum(LEVELS).optional(),
  },
  (state, { field, map, otherwise }) => {
    const source = state.step(`trimBoth(${state.read(field)})`);
    const words = Object.keys(map).map((word) => word.toUpperCase());
    const mapped =
      words.length === 0
        ? source
        : `transform(upper(${source}), ${state.literals.many(words)}, ${state.literals.many(Object.values(map))}, ${source})`;
    const value = state.step(mapped);
    state.writeIfThere('level', value);
    if (otherwise !== undefined)
      state.write('level', `if(${state.readLevel()} = '', '${otherwise}', ${state.read('level')})`);
  },
);
