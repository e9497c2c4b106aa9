import { compileExpression } from '../compile/expression.ts';
import { sql } from '../compile/sql.ts';
import type { Compiler } from './compiler.ts';
import { namesOf } from './rows.ts';

export const where: Compiler<'where'> = ({ condition }, rows, context) => {
  const test = compileExpression(condition, namesOf(rows, context)).sql;
  return { ...rows, where: rows.where === null ? test : sql`${rows.where} AND ${test}` };
};
