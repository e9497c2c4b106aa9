import { invalidQuery } from '../compile/condition.ts';
import type { Query } from './read.ts';
import type { Rows } from './rows.ts';
import { rowsBehind } from './statement.ts';

/** The events that a query finds and its pipes leave, for questions about events; throws `invalid_query` when pipes made a table of them. */
export function eventsBefore({ parsed, scope, zoneOffsetMinutes }: Query): Rows {
  const pipes = parsed.pipes.filter(({ pipe }) => pipe !== 'patterns');
  const table = pipes.find((_pipe, i) => parsed.shapes[i + 1]?.rows === 'table');
  if (table !== undefined) throw invalidQuery(table, 'Patterns are made of events, and this pipe makes a table.');
  return rowsBehind(pipes, scope, zoneOffsetMinutes).rows;
}
