import { typeOf } from '../check.ts';
import { readExpression } from '../expression.ts';
import { printExpression } from '../print.ts';
import type { Reader } from '../reader.ts';
import type { SortKey } from '../tree.ts';
import type { Grammar } from './grammar.ts';

/** `sort p95 desc` and `sort -p95` are the same. */
function readKey(reader: Reader): SortKey {
  const by = readExpression(reader);
  const word = reader.keyword('asc', 'desc');
  if (word === null && by.type === 'unary' && by.operator === '-') return { by: by.operand, descending: true };
  return { by, descending: word === 'desc' };
}

export const sort: Grammar<'sort'> = {
  example: 'sort p95 desc',
  read: (reader) => {
    const keys = [readKey(reader)];
    while (reader.symbol(',')) keys.push(readKey(reader));
    return { keys };
  },
  print: ({ keys }) =>
    ` ${keys.map(({ by, descending }) => `${printExpression(by)} ${descending ? 'desc' : 'asc'}`).join(', ')}`,
  shape: ({ keys }, before, complain) => {
    for (const { by } of keys) typeOf(by, before, complain);
    return before;
  },
};
