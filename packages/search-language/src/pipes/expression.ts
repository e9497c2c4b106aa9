import { nearestOf } from '../nearest.ts';
import { AGGREGATE_WORDS, aggregateOf } from './functions.ts';
import type { Reader } from './reader.ts';
import type { Aggregate, BinaryOperator, Expression } from './tree.ts';

/** Parentheses and functions nested deeper are refused: nobody types them, and the tree is walked recursively. */
const MAX_DEPTH = 50;
const MAX_AGGREGATES = 50;

/** Operators from the loosest to the tightest; `not` stands between `and` and comparisons. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['!=', '<=', '>=', '=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const NOT_LEVEL = 2;

export const levelOf = (operator: BinaryOperator): number => LEVELS.findIndex((level) => level.includes(operator));

export function readExpression(reader: Reader): Expression {
  return readLevel(reader, 0, 0);
}

function readLevel(reader: Reader, level: number, depth: number): Expression {
  if (level === NOT_LEVEL) {
    const from = reader.skipSpace();
    if (reader.keyword('not') !== null) {
      const operand = readLevel(reader, level, deeper(reader, depth));
      return { type: 'unary', operator: 'not', operand, from, to: operand.to };
    }
  }
  const operators = LEVELS[level];
  if (operators === undefined) return readUnary(reader, depth);
  let left = readLevel(reader, level + 1, depth);
  for (let operator = readOperator(reader, operators); operator !== null; operator = readOperator(reader, operators)) {
    const right = readLevel(reader, level + 1, depth);
    left = { type: 'binary', operator, left, right, from: left.from, to: right.to };
    // a < b < c means nothing that anyone wants.
    if (level === NOT_LEVEL) break;
  }
  return left;
}

function readOperator(reader: Reader, operators: readonly BinaryOperator[]): BinaryOperator | null {
  for (const operator of operators) {
    if (operator === 'and' || operator === 'or') {
      if (reader.keyword(operator) !== null) return operator;
    } else if (operator === '=') {
      if (reader.symbol('==', 'operator') || reader.symbol('=', 'operator')) return operator;
    } else if (reader.symbol(operator, 'operator')) return operator;
  }
  return null;
}

function readUnary(reader: Reader, depth: number): Expression {
  const from = reader.skipSpace();
  if (!reader.symbol('-', 'operator')) return readPrimary(reader, depth);
  const operand = readUnary(reader, deeper(reader, depth));
  return { type: 'unary', operator: operand.type === 'test' ? 'not' : '-', operand, from, to: operand.to };
}

function readPrimary(reader: Reader, depth: number): Expression {
  const from = reader.skipSpace();
  if (reader.symbol('(')) {
    const inner = readLevel(reader, 0, deeper(reader, depth));
    if (!reader.symbol(')')) reader.failExpected();
    return inner;
  }
  const number = reader.number();
  if (number !== null) return { type: 'number', value: number.value, ...number.span };
  const string = reader.string();
  if (string !== null) return { type: 'string', value: string, from, to: reader.at };
  return readNamed(reader, from, depth);
}

/** A field, a test of a field, or a call. */
function readNamed(reader: Reader, from: number, depth: number): Expression {
  reader.expect('field');
  reader.expect('expression');
  const quoted = reader.quoted('`');
  const name = quoted?.text ?? reader.identifier();
  if (name === undefined || (quoted === null && /^(?:and|or|not|as|by|asc|desc)$/i.test(name)))
    return reader.failExpected();
  const to = quoted?.to ?? from + name.length;
  const next = reader.text.charAt(to);
  if (next === ':') {
    reader.take('field', to + 1);
    const field = name.startsWith('attributes.') ? name.slice('attributes.'.length) : name;
    const test = reader.test(from);
    return { type: 'test', field, test, from, to: reader.at };
  }
  if (next !== '(' || quoted !== null) {
    reader.take('field', to);
    return { type: 'name', name, from, to };
  }
  reader.take('function', to);
  const values: Expression[] = [];
  reader.symbol('(');
  if (!reader.symbol(')')) {
    do values.push(readLevel(reader, 0, deeper(reader, depth)));
    while (reader.symbol(','));
    if (!reader.symbol(')')) reader.failExpected();
  }
  return { type: 'call', function: name.toLowerCase(), arguments: values, from, to: reader.at };
}

function deeper(reader: Reader, depth: number): number {
  if (depth < MAX_DEPTH) return depth + 1;
  return reader.fail(
    { from: reader.at, to: reader.at + 1 },
    { code: 'too_many', message: `Expressions may be nested ${MAX_DEPTH} deep.`, values: { most: String(MAX_DEPTH) } },
  );
}

export function readAggregates(reader: Reader): Aggregate[] {
  const aggregates = [readAggregate(reader)];
  while (reader.symbol(',')) aggregates.push(readAggregate(reader));
  const last = aggregates[aggregates.length - 1];
  if (aggregates.length > MAX_AGGREGATES && last !== undefined)
    reader.fail(last, {
      code: 'too_many',
      message: `A pipe may have ${MAX_AGGREGATES} aggregates.`,
      values: { most: String(MAX_AGGREGATES) },
    });
  return aggregates;
}

/** `count` and `rate` need no parentheses. */
function readAggregate(reader: Reader): Aggregate {
  reader.expect('aggregate');
  const from = reader.skipSpace();
  const name = reader.identifier()?.toLowerCase();
  if (name === undefined) return reader.failExpected();
  const known = aggregateOf(name);
  const span = { from, to: from + name.length };
  if (known === null) return failUnknown(reader, span, name, AGGREGATE_WORDS);
  reader.take('function', span.to);
  let argument: Expression | null = null;
  if (reader.text.charAt(reader.at) === '(') {
    reader.symbol('(');
    if (!reader.symbol(')')) {
      argument = readExpression(reader);
      if (!reader.symbol(')')) reader.failExpected();
    }
  } else if (known.aggregate !== 'count' && known.aggregate !== 'rate') {
    reader.symbol('(');
    return reader.failExpected();
  }
  const to = reader.at;
  const as = reader.keyword('as') === null ? null : reader.name('name').name;
  return { function: name, argument, as, from, to };
}

function failUnknown(
  reader: Reader,
  span: { from: number; to: number },
  name: string,
  known: readonly string[],
): never {
  const [suggestion] = nearestOf(name, known);
  return reader.fail(span, {
    code: 'unknown_function',
    message: `There is no function ${name}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}${suggestion === undefined ? `; there are ${known.join(', ')}.` : ''}`,
    values: { name, known: known.join(', ') },
    suggestion,
  });
}
