import { type Complain, checkDistinct, checkName } from '../check.ts';
import type { Reader } from '../reader.ts';
import type { Column, Name, PipeArguments, PipeName, PipeOf, Shape } from '../tree.ts';

/** One pipe of the language. */
export interface Grammar<K extends PipeName> {
  /** What people see of it in completion. */
  readonly example: string;
  /** Reads what follows the pipe's name; throws Unreadable. */
  readonly read: (reader: Reader) => PipeArguments[K];
  /** Text that is read as the same. */
  readonly print: (pipe: PipeArguments[K]) => string;
  /** What it makes of its rows; complains about what it cannot make. */
  readonly shape: (pipe: PipeOf<K>, before: Shape, complain: Complain) => Shape;
}

const MAX_GROUP_FIELDS = 20;
/** Rows that a query answers at most. */
export const MAX_ROWS = 10_000;

export function readBy(reader: Reader): Name[] {
  if (reader.keyword('by') === null) return [];
  return atMost(reader, reader.names('field'));
}

export function atMost(reader: Reader, names: Name[]): Name[] {
  const over = names[MAX_GROUP_FIELDS];
  if (over !== undefined)
    reader.fail(over, {
      code: 'too_many',
      message: `There may be ${MAX_GROUP_FIELDS} fields here.`,
      values: { most: String(MAX_GROUP_FIELDS) },
    });
  return names;
}

/** A whole number from one to `most`; `fallback` when none stands here. */
export function readCount(reader: Reader, most: number, fallback?: number): number {
  const number = reader.number();
  if (number === null) return fallback ?? reader.failExpected();
  const { value, span } = number;
  if (!Number.isInteger(value) || value < 1 || value > most)
    reader.fail(span, {
      code: 'out_of_range',
      message: `A whole number from 1 to ${most} is expected here.`,
      values: { least: '1', most: String(most) },
    });
  return value;
}

/** A table of groups and what was made of them. */
export function groupedShape(
  pipe: PipeOf<'stats' | 'timechart' | 'count'>,
  columns: readonly Column[],
  complain: Complain,
): Shape {
  checkDistinct(columns, pipe, complain);
  return { rows: 'table', columns };
}

export const groupColumns = (by: readonly Name[], before: Shape, complain: Complain): Column[] =>
  by.map((name) => checkName(before, name, complain));

/** Events or a table with columns added; one of the same name is replaced. */
export const withColumns = (before: Shape, added: readonly Column[]): Shape => ({
  rows: before.rows,
  columns: [...before.columns.filter(({ name }) => !added.some((column) => column.name === name)), ...added],
});
