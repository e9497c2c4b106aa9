import type { SearchNode, Test } from '../tree.ts';
import { levelOf } from './expression.ts';
import type { Aggregate, Expression, Name } from './tree.ts';

const escaped = (text: string, mark: string): string =>
  `${mark}${text.replace(mark === '"' ? /[\\"]/g : /[\\`]/g, '\\$&')}${mark}`;

export const printString = (text: string): string => escaped(text, '"');

const isKeyword = (name: string): boolean => /^(?:and|or|not|as|by|from|asc|desc|auto)$/i.test(name);

/** A name inside an expression. */
export const printField = (name: string): string =>
  /^[\p{L}_@][\p{L}\p{N}_.@$]*$/u.test(name) && !isKeyword(name) ? name : escaped(name, '`');

/** A name in a list of names. */
export const printName = (name: string): string =>
  /^[\p{L}_@][\p{L}\p{N}_.@$/-]*$/u.test(name) && !isKeyword(name) ? name : escaped(name, '`');

export const printNames = (names: readonly Name[]): string => names.map(({ name }) => printName(name)).join(', ');

const UNARY_LEVEL = 5;
const NOT_LEVEL = 2;

/** Text that is read as the same expression; parentheses only where they are needed. */
export function printExpression(expression: Expression, above = 0): string {
  const [text, level] = printAtLevel(expression);
  return level < above ? `(${text})` : text;
}

function printAtLevel(expression: Expression): [string, number] {
  switch (expression.type) {
    case 'number':
      return [String(expression.value), 6];
    case 'string':
      return [printString(expression.value), 6];
    case 'name':
      return [printField(expression.name), 6];
    case 'call':
      return [`${expression.function}(${expression.arguments.map((each) => printExpression(each)).join(', ')})`, 6];
    case 'test':
      return [`${printField(expression.field)}:${printTest(expression.test)}`, 6];
    case 'unary':
      // A minus in front of a test would be read as `not`.
      return expression.operator === 'not'
        ? [`not ${printExpression(expression.operand, NOT_LEVEL)}`, NOT_LEVEL]
        : [`-${printExpression(expression.operand, UNARY_LEVEL)}`, UNARY_LEVEL];
    case 'binary': {
      const level = levelOf(expression.operator);
      // A `not` on the left takes a whole comparison to itself; comparisons do not stand in a row.
      const left = printExpression(expression.left, level === NOT_LEVEL ? level + 1 : level);
      return [`${left} ${expression.operator} ${printExpression(expression.right, level + 1)}`, level];
    }
  }
}

export function printAggregate({ function: name, argument, as }: Aggregate): string {
  return `${columnOfAggregate(name, argument)}${as === null ? '' : ` as ${printName(as)}`}`;
}

/** The column's name when none is given: as it was called. */
export const columnOfAggregate = (name: string, argument: Expression | null): string =>
  argument === null && (name === 'count' || name === 'rate')
    ? name
    : `${name}(${argument === null ? '' : printExpression(argument)})`;

const bare = (value: string): string =>
  value.replace(/[^\p{L}\p{N}_.@+#%-]/gu, '\\$&').replace(/^(?=-|(?:AND|OR|NOT)$)/, '\\');
const valueText = ({ value, quoted }: { value: string; quoted: boolean }): string =>
  quoted ? printString(value) : bare(value);
const bound = (value: string | null): string => (value === null ? '*' : printString(value));

function printTest(test: Test): string {
  switch (test.kind) {
    case 'is':
      return valueText(test);
    case 'like':
      return test.pattern.map(bare).join('*');
    case 'regex':
      return `/${test.source.replaceAll('/', '\\/')}/`;
    case 'exists':
      return '*';
    case 'compare':
      return `${test.operator}${valueText(test)}`;
    case 'range':
      return `${test.includesLow ? '[' : '{'}${bound(test.low)} TO ${bound(test.high)}${test.includesHigh ? ']' : '}'}`;
    case 'any':
      return `(${test.tests.map(printTest).join(' OR ')})`;
  }
}

const fieldText = (field: string): string =>
  /^[\p{L}\p{N}_@][\p{L}\p{N}_.@/-]*$/u.test(field) && !/^(?:AND|OR|NOT)$/.test(field) ? field : printString(field);

/** Text that is read as the same search. */
export function printSearch(node: SearchNode | null): string {
  if (node === null) return '';
  switch (node.type) {
    case 'text':
      return printTest(node.test);
    case 'field':
      return `${fieldText(node.field)}:${printTest(node.test)}`;
    case 'not':
      return `NOT ${grouped(node.part, ['and', 'or'])}`;
    case 'and':
      return node.parts.map((part) => grouped(part, ['and', 'or'])).join(' ');
    case 'or':
      return node.parts.map((part) => grouped(part, ['or'])).join(' OR ');
  }
}

const grouped = (node: SearchNode, kinds: readonly string[]): string =>
  kinds.includes(node.type) ? `(${printSearch(node)})` : printSearch(node);
