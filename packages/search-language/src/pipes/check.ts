import { nearestOf } from '../nearest.ts';
import type { Diagnostic, Span } from '../tree.ts';
import { AGGREGATES, aggregateOf, FUNCTIONS, type FunctionShape, isFunction } from './functions.ts';
import { columnOfAggregate } from './print.ts';
import { type Complaint, diagnosticOf } from './reader.ts';
import type { Aggregate, Column, Expression, Name, Shape, ValueType } from './tree.ts';

const TIME_FIELDS = new Set(['timestamp', '@timestamp', 'received_at']);

/** Takes what is wrong with the meaning of a pipe. */
export type Complain = (span: Span, complaint: Complaint) => void;

export const complainInto =
  (diagnostics: Diagnostic[]): Complain =>
  (span, complaint) => {
    diagnostics.push(diagnosticOf(span, complaint));
  };

/** The column that a name means; complains about one that a table does not have. */
export function columnOf(shape: Shape, name: string): Column | null {
  const made = shape.columns.find((column) => column.name === name);
  if (made !== undefined) return made;
  return shape.rows === 'table' ? null : { name, type: TIME_FIELDS.has(name) ? 'time' : 'text' };
}

export function checkName(shape: Shape, { name, from, to }: Name, complain: Complain): Column {
  const column = columnOf(shape, name);
  if (column !== null) return column;
  const known = shape.columns.map((each) => each.name);
  const [suggestion] = nearestOf(name, known);
  complain(
    { from, to },
    {
      code: 'unknown_column',
      message: `The table has no column ${name} here; it has ${known.join(', ')}.`,
      values: { name, known: known.join(', ') },
      suggestion,
    },
  );
  return { name, type: 'text' };
}

/** A call such as `p95(duration_ms)` behind the pipe that made it means its column. */
export function columnOfCall(shape: Shape, expression: Expression): Column | null {
  if (expression.type !== 'call') return null;
  const [argument, ...more] = expression.arguments;
  if (more.length > 0) return null;
  const name = columnOfAggregate(expression.function, argument ?? null);
  return shape.columns.find((column) => column.name === name) ?? null;
}

/** The type of an expression, and complaints about what cannot be computed in it. */
export function typeOf(expression: Expression, shape: Shape, complain: Complain): ValueType {
  switch (expression.type) {
    case 'number':
      return 'number';
    case 'string':
      return 'text';
    case 'name':
      return checkName(shape, expression, complain).type;
    case 'test':
      checkName(shape, { ...expression, name: expression.field }, complain);
      return 'boolean';
    case 'call':
      return typeOfCall(expression, shape, complain);
    case 'unary':
      if (expression.operator === 'not') wantCondition(expression.operand, shape, complain);
      else wantNumber(expression.operand, shape, complain);
      return expression.operator === 'not' ? 'boolean' : 'number';
    case 'binary':
      return typeOfBinary(expression, shape, complain);
  }
}

function typeOfBinary(expression: Expression & { type: 'binary' }, shape: Shape, complain: Complain): ValueType {
  const { operator, left, right } = expression;
  if (operator === 'and' || operator === 'or') {
    wantCondition(left, shape, complain);
    wantCondition(right, shape, complain);
    return 'boolean';
  }
  if (['+', '-', '*', '/', '%'].includes(operator)) {
    wantNumber(left, shape, complain);
    wantNumber(right, shape, complain);
    return 'number';
  }
  const types = [typeOf(left, shape, complain), typeOf(right, shape, complain)];
  if (types.includes('time') && types[0] !== types[1])
    complain(expression, {
      code: 'not_a_value',
      message: 'A time is compared as in a search: timestamp:>"2026-11-20T10:00:00Z".',
    });
  return 'boolean';
}

function typeOfCall(expression: Expression & { type: 'call' }, shape: Shape, complain: Complain): ValueType {
  const column = columnOfCall(shape, expression);
  if (column !== null) return column.type;
  const { function: name, arguments: given } = expression;
  if (!isFunction(name)) {
    const known = Object.keys(FUNCTIONS);
    const [suggestion] = nearestOf(name, known);
    const aggregate = aggregateOf(name) !== null;
    complain(
      { from: expression.from, to: expression.from + name.length },
      {
        code: 'unknown_function',
        message: aggregate
          ? `${name} is an aggregate: it stands in stats or timechart, and its column is used behind it.`
          : `There is no function ${name}; there are ${known.join(', ')}.`,
        values: { name, known: known.join(', ') },
        suggestion,
      },
    );
    return 'text';
  }
  const { takes, least, repeats, gives }: FunctionShape = FUNCTIONS[name];
  const [fewest, most] = [least ?? takes.length, repeats === true ? Number.POSITIVE_INFINITY : takes.length];
  if (given.length < fewest || given.length > most) {
    const wanted =
      fewest === most ? String(fewest) : most === Number.POSITIVE_INFINITY ? `${fewest}+` : `${fewest}–${most}`;
    complain(expression, {
      code: 'argument_count',
      message: `${name} takes ${wanted} values, not ${given.length}.`,
      values: { name, wanted, given: String(given.length) },
    });
  }
  const types = given.map((each, i) => {
    const wanted = takes[Math.min(i, takes.length - 1)];
    if (wanted === 'boolean') return wantCondition(each, shape, complain);
    return wanted === 'number' ? wantNumber(each, shape, complain) : typeOf(each, shape, complain);
  });
  return gives === 'same' ? commonType(name === 'if' ? types.slice(1) : types) : gives;
}

/** One type for values that stand for each other. */
export const commonType = (types: readonly ValueType[]): ValueType => {
  const [first = 'text'] = types;
  return types.every((type) => type === first) ? first : 'text';
};

export function wantCondition(expression: Expression, shape: Shape, complain: Complain): ValueType {
  const type = typeOf(expression, shape, complain);
  if (type !== 'boolean')
    complain(expression, {
      code: 'not_a_condition',
      message: 'A condition is expected: a comparison such as p95 > 200, or level:error.',
    });
  return 'boolean';
}

function wantNumber(expression: Expression, shape: Shape, complain: Complain): ValueType {
  const type = typeOf(expression, shape, complain);
  if (type === 'boolean' || type === 'time' || expression.type === 'string')
    complain(expression, { code: 'not_a_number', message: 'A number is expected here.' });
  return 'number';
}

/** The column an aggregate makes. */
export function aggregateColumn(aggregate: Aggregate, shape: Shape, complain: Complain): Column {
  const { function: name, argument } = aggregate;
  const wanted = AGGREGATES[aggregateOf(name)?.aggregate ?? 'count'];
  const column = aggregate.as ?? columnOfAggregate(name, argument);
  if ((argument === null && !wanted.startsWith('nothing')) || (argument !== null && wanted === 'nothing')) {
    complain(aggregate, {
      code: 'argument_count',
      message:
        argument === null
          ? `${name} needs a value: ${name}(field).`
          : `${name} counts rows and takes no value; count_if(condition) and distinct(field) do.`,
      values: { name, wanted: argument === null ? '1' : '0', given: argument === null ? '0' : '1' },
    });
    return { name: column, type: 'number' };
  }
  if (argument === null) return { name: column, type: 'number' };
  if ((name === 'first' || name === 'last') && shape.rows === 'table')
    complain(aggregate, {
      code: 'needs_events',
      message: `${name} goes by time: it needs events, and here is a table.`,
      values: { name },
    });
  return { name: column, type: typeOfAggregate(name, wanted, argument, shape, complain) };
}

function typeOfAggregate(
  name: string,
  wanted: string,
  argument: Expression,
  shape: Shape,
  complain: Complain,
): ValueType {
  if (wanted === 'condition') wantCondition(argument, shape, complain);
  const type = wanted === 'condition' ? 'boolean' : typeOf(argument, shape, complain);
  if (name === 'first' || name === 'last') return type;
  if (wanted === 'any' || wanted === 'condition') return 'number';
  if (type === 'time' && (name === 'min' || name === 'max')) return 'time';
  if (type === 'time' || type === 'boolean')
    complain(argument, { code: 'not_a_number', message: 'A number is expected here.' });
  return 'number';
}

/** Complains about names that stand twice; their columns could not be told apart. */
export function checkDistinct(columns: readonly Column[], span: Span, complain: Complain): void {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name))
      complain(span, {
        code: 'duplicate_column',
        message: `Two columns would be called ${name}; name one with as.`,
        values: { name },
      });
    names.add(name);
  }
}
