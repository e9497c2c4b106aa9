import { checkDistinct, checkName } from '../check.ts';
import { printNames } from '../print.ts';
import type { Grammar } from './grammar.ts';

export const fields: Grammar<'fields'> = {
  example: 'fields timestamp, service, message',
  read: (reader) => {
    const exclude = reader.symbol('-', 'operator');
    return { exclude, fields: reader.names('field') };
  },
  print: ({ exclude, fields: names }) => `${exclude ? ' -' : ''} ${printNames(names)}`,
  shape: (pipe, before, complain) => {
    const columns = pipe.fields.map((name) => checkName(before, name, complain));
    if (pipe.exclude) {
      const left = columnsOfEvents(before).filter(({ name }) => !columns.some((column) => column.name === name));
      if (left.length === 0) complain(pipe, { code: 'no_columns', message: 'No column would be left of the table.' });
      return { rows: 'table', columns: left };
    }
    checkDistinct(columns, pipe, complain);
    return { rows: 'table', columns };
  },
};

/** What is answered of events when no `fields` says so. */
export function columnsOfEvents({ rows, columns }: Parameters<typeof checkName>[0]): typeof columns {
  if (rows === 'table') return columns;
  const made = new Set(columns.map(({ name }) => name));
  return [...EVENT_FIELDS.filter(({ name }) => !made.has(name)), ...columns];
}

const EVENT_FIELDS = [
  { name: 'timestamp', type: 'time' },
  { name: 'level', type: 'text' },
  { name: 'service', type: 'text' },
  { name: 'message', type: 'text' },
] as const;
