import type { QueryResponse } from '@moalog/contract';
import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';
import { filterableColumns } from './filterable.ts';
import { formatNumber, seriesOf } from './series.ts';

const answer: QueryResponse = {
  columns: [
    { name: 'time', type: 'time' },
    { name: 'level', type: 'text' },
    { name: 'count', type: 'number' },
    { name: 'p95', type: 'number' },
  ],
  rows: [
    ['2026-11-20T11:00:00.000Z', '', 1, 5],
    ['2026-11-20T11:00:00.000Z', 'error', 7, null],
    ['2026-11-20T11:01:00.000Z', '', 2, 6],
    ['2026-11-20T11:01:00.000Z', 'error', 8, 9],
  ],
  chart: { kind: 'time', time: 'time', groups: ['level'], values: ['count', 'p95'], intervalMs: 60_000 },
  from: '',
  to: '',
  scanned: { rows: 0, bytes: 0 },
  elapsedMs: 0,
};

test('a timechart is a line a group and value, the largest first, with gaps where nothing is', () => {
  const { chart } = answer;
  expect(seriesOf(answer)).toMatchObject({
    times: ['2026-11-20T11:00:00.000Z', '2026-11-20T11:01:00.000Z'],
    series: [
      { name: 'error · count', colorKey: 'error', values: [7, 8] },
      { name: '– · p95', colorKey: '', values: [5, 6] },
      { name: 'error · p95', values: [null, 9] },
      { name: '– · count', values: [1, 2] },
    ],
  });
  expect(seriesOf({ ...answer, chart: null })).toBeNull();
  expect(
    seriesOf({ ...answer, chart: chart === null ? null : { ...chart, groups: [], values: ['count'] } })?.series,
  ).toMatchObject([{ name: 'count' }]);
});

test('a table is written as CSV, quotes and line breaks too', () => {
  const columns = [
    { name: 'a,b', type: 'text' as const },
    { name: 'n', type: 'number' as const },
  ];
  expect(
    toCsv({
      ...answer,
      columns,
      rows: [
        ['x "y"\nz', 1.5],
        ['', null],
      ],
    }),
  ).toBe('"a,b",n\r\n"x ""y""\nz",1.5\r\n,\r\n');
});

test('columns are searched by when they are fields of the events', () => {
  const columns = (query: string): string[] => [...filterableColumns(query)];
  expect(columns('| count by service, http.status')).toEqual(['service', 'http.status']);
  expect(columns('| eval k = lower(service) | count by service, k')).toEqual(['service']);
  expect(columns('| extract /(?<user>\\w+)/ | top 5 user, host')).toEqual(['host']);
  expect(columns('| count by service | eval service = upper(service)')).toEqual([]);
  expect(columns('| where ms > 5')).toEqual(['level', 'service']);
  expect(columns('| fields timestamp, host, message')).toEqual(['host']);
});

test('numbers have the digits that count', () => {
  expect([0.012345, 1234.5678, 5, 0].map((value) => formatNumber(value, 'en'))).toEqual([
    '0.0123',
    '1,234.57',
    '5',
    '0',
  ]);
});
