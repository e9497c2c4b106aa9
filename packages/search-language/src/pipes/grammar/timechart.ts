import { aggregateColumn } from '../check.ts';
import { readAggregates } from '../expression.ts';
import { printAggregate, printNames } from '../print.ts';
import type { Reader } from '../reader.ts';
import type { Aggregate } from '../tree.ts';
import { type Grammar, groupColumns, groupedShape, readBy } from './grammar.ts';

const UNITS_MS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const INTERVAL = /(\d{1,6})(ms|[smhdw])(?![\p{L}\p{N}_])/uy;
const TIME_COLUMN = 'time';
const COUNT: Aggregate = { function: 'count', argument: null, as: null, from: 0, to: 0 };

/** Null: from the time range. */
function readInterval(reader: Reader): number | null {
  if (reader.keyword('auto') !== null) return null;
  reader.expect('interval');
  const text = reader.match(INTERVAL);
  if (text === undefined) return null;
  const span = reader.take('number', reader.at + text.length);
  const [, number = '', unit = ''] = /^(\d+)(\D+)$/.exec(text) ?? [];
  const everyMs = Number(number) * (Object.entries(UNITS_MS).find(([name]) => name === unit)?.[1] ?? 0);
  if (everyMs > 0) return everyMs;
  return reader.fail(span, {
    code: 'out_of_range',
    message: 'An interval is at least 1ms long.',
    values: { least: '1ms', most: '' },
  });
}

export function printInterval(everyMs: number): string {
  const [unit, size] = Object.entries(UNITS_MS).find(([, ms]) => everyMs % ms === 0) ?? ['ms', 1];
  return `${everyMs / size}${unit}`;
}

export const timechart: Grammar<'timechart'> = {
  example: 'timechart 5m p99(duration_ms) by service',
  read: (reader) => {
    const everyMs = readInterval(reader);
    reader.expect('aggregate');
    reader.expect('"by"');
    const bare = reader.atEnd() || /^by\b/i.test(reader.text.slice(reader.at, reader.at + 3));
    return { everyMs, aggregates: bare ? [COUNT] : readAggregates(reader), by: readBy(reader) };
  },
  print: ({ everyMs, aggregates, by }) =>
    ` ${everyMs === null ? 'auto' : printInterval(everyMs)} ${aggregates.map(printAggregate).join(', ')}${by.length === 0 ? '' : ` by ${printNames(by)}`}`,
  shape: (pipe, before, complain) => {
    if (before.rows === 'table')
      complain(pipe, {
        code: 'needs_events',
        message: 'timechart goes by time: it needs events, and here is a table.',
        values: { name: 'timechart' },
      });
    return groupedShape(
      pipe,
      [
        { name: TIME_COLUMN, type: 'time' },
        ...groupColumns(pipe.by, before, complain),
        ...pipe.aggregates.map((aggregate) => aggregateColumn(aggregate, before, complain)),
      ],
      complain,
    );
  },
};
