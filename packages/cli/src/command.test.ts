import { expect, test } from 'vitest';
import { duration, readSearchLine, UsageError } from './command.ts';

test('a word of the search may begin with a dash', () => {
  const options = { limit: { type: 'string' } } as const;
  const line = readSearchLine(['-service:gateway', '--limit', '5', 'OR', 'NOT (a OR b)'], options);
  expect(line.query).toBe('-service:gateway OR NOT (a OR b)');
  expect(line.values.limit).toBe('5');
  expect(() => readSearchLine(['--limi', '5'], options)).toThrow(UsageError);
});

test.each([
  ['90s', 90_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
])('%s is %i ms', (text, ms) => expect(duration('back', text)).toBe(ms));

test('a span without a unit is refused with what would be right', () => {
  expect(() => duration('back', '24')).toThrow('--back takes a span such as 30m, 24h or 7d, not 24');
});
