import { type Grammar, MAX_ROWS, readCount } from './grammar.ts';

export const limit: Grammar<'limit'> = {
  example: 'limit 20',
  read: (reader) => ({ count: readCount(reader, MAX_ROWS) }),
  print: ({ count }) => ` ${count}`,
  shape: (_pipe, before) => before,
};
