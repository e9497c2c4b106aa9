import { typeOf } from '../check.ts';
import { readExpression } from '../expression.ts';
import { printExpression, printName } from '../print.ts';
import type { Reader } from '../reader.ts';
import type { PipeArguments } from '../tree.ts';
import { type Grammar, withColumns } from './grammar.ts';

function readAssignment(reader: Reader): PipeArguments['eval']['assignments'][number] {
  const name = reader.name('name');
  if (!reader.symbol('=', 'operator')) reader.failExpected();
  return { name, value: readExpression(reader) };
}

export const evaluate: Grammar<'eval'> = {
  example: 'eval ratio = errors / total',
  read: (reader) => {
    const assignments = [readAssignment(reader)];
    while (reader.symbol(',')) assignments.push(readAssignment(reader));
    return { assignments };
  },
  print: ({ assignments }) =>
    ` ${assignments.map(({ name, value }) => `${printName(name.name)} = ${printExpression(value)}`).join(', ')}`,
  // Each sees those before it.
  shape: ({ assignments }, before, complain) =>
    assignments.reduce(
      (shape, { name, value }) => withColumns(shape, [{ name: name.name, type: typeOf(value, shape, complain) }]),
      before,
    ),
};
