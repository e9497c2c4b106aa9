import { z } from 'zod';
import { targetSchema } from '../field-names.ts';
import { processor } from '../processor.ts';

export const replace = processor(
  'replace',
  'Replaces what an RE2 expression finds in a field; \\1 in the replacement is its first group.',
  {
    field: targetSchema.default('message'),
    pattern: z.string().min(1).max(10_000),
    with: z.string().max(10_000).default(''),
  },
  (state, options) => {
    // The engine reads \\0 to \\9 as groups and any other backslash as an error.
    const replacement = options.with.replaceAll(/\\(?![0-9\\])/g, '\\\\');
    state.write(
      options.field,
      `replaceRegexpAll(toString(${state.read(options.field)}), ${state.regex(options.pattern, 'pattern')}, ${state.text(replacement)})`,
    );
  },
);
