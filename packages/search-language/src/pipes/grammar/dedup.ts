import { checkName } from '../check.ts';
import { printNames } from '../print.ts';
import { atMost, type Grammar } from './grammar.ts';

export const dedup: Grammar<'dedup'> = {
  example: 'dedup host',
  read: (reader) => ({ fields: atMost(reader, reader.names('field')) }),
  print: ({ fields }) => ` ${printNames(fields)}`,
  shape: ({ fields }, before, complain) => {
    for (const name of fields) checkName(before, name, complain);
    return before;
  },
};
