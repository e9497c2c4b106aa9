import { wantCondition } from '../check.ts';
import { readExpression } from '../expression.ts';
import { printExpression } from '../print.ts';
import type { Grammar } from './grammar.ts';

export const where: Grammar<'where'> = {
  example: 'where p95 > 200',
  read: (reader) => ({ condition: readExpression(reader) }),
  print: ({ condition }) => ` ${printExpression(condition)}`,
  shape: ({ condition }, before, complain) => {
    wantCondition(condition, before, complain);
    return before;
  },
};
