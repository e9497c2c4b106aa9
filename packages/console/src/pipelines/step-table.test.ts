import { expect, test } from 'vitest';
import { fieldRows, outcomeOf } from './step-table.ts';

const line = {
  raw: 'x',
  given: { message: 'x', n: '1' },
  steps: [
    { fields: { message: 'x', n: '1', b: '2' }, failures: [], dropped: false },
    { fields: { message: 'y', b: '2' }, failures: ['why'], dropped: false },
  ],
  event: {},
};

test('each field is a row, columns first, with what changed where', () => {
  expect(fieldRows(line, false)).toEqual([
    { name: 'message', values: ['x', 'x', 'y'], changed: [false, false, true] },
    { name: 'b', values: [null, '2', '2'], changed: [false, true, false] },
    { name: 'n', values: ['1', '1', null], changed: [false, false, true] },
  ]);
});

test('fields that nothing touched can be left out', () => {
  const untouched = {
    ...line,
    given: { ...line.given, z: '1' },
    steps: line.steps.map((step) => ({ ...step, fields: { ...step.fields, z: '1' } })),
  };
  expect(fieldRows(untouched, true).map((row) => row.name)).toEqual(['message', 'b', 'n']);
});

test('a line is parsed, failed or dropped', () => {
  expect(outcomeOf(line)).toBe('failed');
  expect(outcomeOf({ ...line, event: null })).toBe('dropped');
  expect(outcomeOf({ ...line, steps: [] })).toBe('parsed');
});
