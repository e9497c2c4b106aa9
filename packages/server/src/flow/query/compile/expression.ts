import { type Column, columnOfCall, type Expression, isFunction } from '@moalog/search-language/pipes';
import { fieldTest, invalidQuery, messageTest } from './condition.ts';
import type { ResolvedField } from './field.ts';
import { FUNCTION_SQL } from './functions.ts';
import { join, type Sql, sql, unsafeSql } from './sql.ts';
import { asFloat, asNumber, asText, type Value } from './value.ts';

/** What names mean where an expression stands. */
export interface Names {
  /** Columns that pipes made. */
  readonly columns: readonly Column[];
  readonly shape: 'events' | 'table';
  readonly valueOf: (name: string) => Value;
  /** The field of an event, for tests; null when pipes made the name. */
  readonly fieldOf: (name: string) => ResolvedField | null;
  readonly nowMs: number;
}

/** The expression over the rows that `names` describes. Its types were checked when the query was read. */
export function compileExpression(expression: Expression, names: Names): Value {
  switch (expression.type) {
    case 'number':
      return { type: 'number', sql: sql`${expression.value}` };
    case 'string':
      return { type: 'text', sql: sql`${expression.value}` };
    case 'name':
      return names.valueOf(expression.name);
    case 'test':
      return { type: 'boolean', sql: compileTest(expression, names) };
    case 'call':
      return compileCall(expression, names);
    case 'unary': {
      const operand = compileExpression(expression.operand, names);
      return expression.operator === 'not'
        ? { type: 'boolean', sql: sql`(NOT ${operand.sql})` }
        : { type: 'number', sql: sql`(-${asNumber(operand)})` };
    }
    case 'binary':
      return compileBinary(expression, names);
  }
}

function compileTest(expression: Expression & { type: 'test' }, names: Names): Sql {
  const field = names.fieldOf(expression.field);
  if (field?.name === 'message' && field.kind === 'text') return sql`(${messageTest(expression.test, expression)})`;
  if (field !== null) return sql`(${fieldTest(field, expression.test, expression, names.nowMs)})`;
  const value = names.valueOf(expression.field);
  const resolved: ResolvedField =
    value.type === 'time'
      ? { name: expression.field, kind: 'time', value: value.sql }
      : { name: '', kind: 'attribute', value: asText(value) };
  return sql`(${fieldTest(resolved, expression.test, expression, names.nowMs)})`;
}

function compileCall(expression: Expression & { type: 'call' }, names: Names): Value {
  const column = columnOfCall({ rows: names.shape, columns: names.columns }, expression);
  if (column !== null) return names.valueOf(column.name);
  if (!isFunction(expression.function)) throw invalidQuery(expression, `There is no function ${expression.function}.`);
  return FUNCTION_SQL[expression.function](expression.arguments.map((each) => compileExpression(each, names)));
}

const OPERATORS = {
  '+': '+',
  '-': '-',
  '*': '*',
  '/': '/',
  '%': '%',
  '=': '=',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  and: 'AND',
  or: 'OR',
} as const;

function compileBinary({ operator, ...sides }: Expression & { type: 'binary' }, names: Names): Value {
  const word = unsafeSql(OPERATORS[operator]);
  const left = compileExpression(sides.left, names);
  const right = compileExpression(sides.right, names);
  if (operator === 'and' || operator === 'or') return { type: 'boolean', sql: sql`(${left.sql} ${word} ${right.sql})` };
  if (operator === '%') return { type: 'number', sql: sql`modulo(${asFloat(left)}, ${asFloat(right)})` };
  if (operator === '+' || operator === '-' || operator === '*' || operator === '/')
    return { type: 'number', sql: sql`(${asNumber(left)} ${word} ${asNumber(right)})` };
  return { type: 'boolean', sql: comparison(OPERATORS[operator], left, right, sides) };
}

/** Numbers compare as numbers; so do two fields that both are numbers. A field that is missing is neither greater nor smaller. */
function comparison(operator: string, left: Value, right: Value, sides: { left: Expression; right: Expression }): Sql {
  const word = unsafeSql(operator);
  if (left.type === 'number' || right.type === 'number')
    return sql`ifNull(${asNumber(left)} ${word} ${asNumber(right)}, 0)`;
  if (left.type !== 'text' && left.type === right.type) return sql`(${left.sql} ${word} ${right.sql})`;
  const [a, b] = [asText(left), asText(right)];
  // Of names alone: what stands twice in the statement must not nest.
  const fields = [...(sides.left.type === 'name' ? [a] : []), ...(sides.right.type === 'name' ? [b] : [])];
  const there = operator === '=' || operator === '!=' ? [] : fields.map((field) => sql`${field} != ''`);
  const texts = sql`(${join([sql`${a} ${word} ${b}`, ...there], ' AND ')})`;
  if (sides.left.type !== 'name' || sides.right.type !== 'name') return texts;
  return sql`ifNull(${asNumber(left)} ${word} ${asNumber(right)}, ${texts})`;
}
