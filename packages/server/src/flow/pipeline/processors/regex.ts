import { z } from 'zod';
import { fieldSchema } from '../field-names.ts';
import { capture, failUnless, readGroups } from '../formats/captures.ts';
import { processor } from '../processor.ts';

export const regex = processor(
  'regex',
  'Reads fields with an RE2 regular expression: (?<name>…) becomes the field name.',
  { field: fieldSchema.default('message'), pattern: z.string().min(1).max(10_000) },
  (state, { field, pattern }, { path }) => {
    const source = state.step(state.read(field));
    const regexes = readGroups([{ source: pattern, path: 'pattern' }], path);
    failUnless(state, capture(state, source, regexes), source, field, 'the pattern does not match');
  },
);
