import { compileExpression } from '../compile/expression.ts';
import { sortKeys } from '../compile/value.ts';
import type { Compiler } from './compiler.ts';
import { namesOf } from './rows.ts';

export const sort: Compiler<'sort'> = ({ keys }, rows, context) => {
  const names = namesOf(rows, context);
  const order = keys.flatMap(({ by, descending }) => sortKeys(compileExpression(by, names), descending));
  return { ...rows, order };
};
