import { checkDistinct, checkName } from '../check.ts';
import { printName, printNames, printString } from '../print.ts';
import type { Column } from '../tree.ts';
import { type Grammar, withColumns } from './grammar.ts';

export const parse: Grammar<'parse'> = {
  example: 'parse "took * ms" as took',
  read: (reader) => {
    const pattern = reader.string() ?? reader.failExpected();
    const field = reader.keyword('from') === null ? null : reader.name('field');
    if (reader.keyword('as') === null) reader.failExpected();
    return { pattern, field, names: reader.names('name') };
  },
  print: ({ pattern, field, names }) =>
    ` ${printString(pattern)}${field === null ? '' : ` from ${printName(field.name)}`} as ${printNames(names)}`,
  shape: (pipe, before, complain) => {
    const { pattern, field, names } = pipe;
    checkName(before, field ?? { ...pipe, name: 'message' }, complain);
    const stars = pattern.split('*').length - 1;
    if (stars !== names.length)
      complain(pipe, {
        code: 'names_differ',
        message: `The pattern has ${stars} *, and there are ${names.length} names.`,
        values: { stars: String(stars), names: String(names.length) },
      });
    const columns = names.map(({ name }): Column => ({ name, type: 'text' }));
    checkDistinct(columns, pipe, complain);
    return withColumns(before, columns);
  },
};
