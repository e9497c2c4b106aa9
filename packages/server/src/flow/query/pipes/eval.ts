import { compileExpression } from '../compile/expression.ts';
import type { Compiler } from './compiler.ts';
import { computed, namesOf } from './rows.ts';

/** Each sees those before it. */
export const evaluate: Compiler<'eval'> = ({ assignments }, rows, context) =>
  assignments.reduce(
    (before, { name, value }) =>
      computed(before, [{ name: name.name, ...compileExpression(value, namesOf(before, context)) }], context),
    rows,
  );
