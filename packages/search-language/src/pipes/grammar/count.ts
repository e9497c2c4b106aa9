import { printName, printNames } from '../print.ts';
import { type Grammar, groupColumns, groupedShape, readBy } from './grammar.ts';

export const count: Grammar<'count'> = {
  example: 'count by service, level',
  read: (reader) => {
    const as = reader.keyword('as') === null ? null : reader.name('name');
    return { as, by: readBy(reader) };
  },
  print: ({ as, by }) =>
    [as === null ? '' : ` as ${printName(as.name)}`, by.length === 0 ? '' : ` by ${printNames(by)}`].join(''),
  shape: (pipe, before, complain) =>
    groupedShape(
      pipe,
      [...groupColumns(pipe.by, before, complain), { name: pipe.as?.name ?? 'count', type: 'number' }],
      complain,
    ),
};
