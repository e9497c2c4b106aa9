import { type Grammar, MAX_ROWS, readCount } from './grammar.ts';

export const sample: Grammar<'sample'> = {
  example: 'sample 1000',
  read: (reader) => ({ count: readCount(reader, MAX_ROWS) }),
  print: ({ count }) => ` ${count}`,
  shape: (_pipe, before) => before,
};
