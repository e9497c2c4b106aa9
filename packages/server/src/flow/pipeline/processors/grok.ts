import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { capture, failUnless, readGroups } from '../formats/captures.ts';
import { expandGrok } from '../formats/grok.ts';
import { processor } from '../processor.ts';

const pattern = z.string().min(1).max(10_000);

export const grok = processor(
  'grok',
  'Reads fields with grok patterns, %{NAME:field}; of several the first that matches.',
  {
    field: fieldSchema.default('message'),
    pattern: z.union([pattern, z.array(pattern).min(1).max(20)]),
    /** Patterns of one's own, beside and in place of the standard ones. */
    patterns: z.record(z.string().regex(/^\w{1,64}$/, 'a name has letters, digits and _'), pattern).default({}),
  },
  (state, { field, pattern, patterns }, { path }) => {
    const source = state.step(state.read(field));
    const written = [pattern].flat().map((each, i) => {
      const place = typeof pattern === 'string' ? 'pattern' : `pattern.${i}`;
      return { source: expandGrok(each, patterns, `${path}.${place}`), path: place };
    });
    const regexes = readGroups(written, path);
    failUnless(state, capture(state, source, regexes), source, field, 'no pattern matches');
  },
);
