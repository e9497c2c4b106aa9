import { aggregateColumn } from '../check.ts';
import { readAggregates } from '../expression.ts';
import { printAggregate, printNames } from '../print.ts';
import { type Grammar, groupColumns, groupedShape, readBy } from './grammar.ts';

export const stats: Grammar<'stats'> = {
  example: 'stats count(), avg(duration_ms), p95(duration_ms) as p95 by host',
  read: (reader) => ({ aggregates: readAggregates(reader), by: readBy(reader) }),
  print: ({ aggregates, by }) =>
    ` ${aggregates.map(printAggregate).join(', ')}${by.length === 0 ? '' : ` by ${printNames(by)}`}`,
  shape: (pipe, before, complain) =>
    groupedShape(
      pipe,
      [
        ...groupColumns(pipe.by, before, complain),
        ...pipe.aggregates.map((aggregate) => aggregateColumn(aggregate, before, complain)),
      ],
      complain,
    ),
};
