import { expect, test } from 'vitest';
import { formatFor } from './format.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const en = formatFor('en');
const ko = formatFor('ko');

test('times are told by the largest unit that fits', () => {
  expect(en.ago('2026-11-21T11:59:30Z', NOW)).toBe('30 seconds ago');
  expect(en.ago('2026-11-21T09:00:00Z', NOW)).toBe('3 hours ago');
  expect(en.ago('2026-11-23T13:00:00Z', NOW)).toBe('in 2 days');
  expect(ko.ago('2026-11-21T11:55:00Z', NOW)).toBe('5분 전');
});

test('bytes are told in thousands', () => {
  expect(en.bytes(0)).toBe('0 byte');
  expect(en.bytes(999)).toBe('999 byte');
  expect(en.bytes(1_500_000)).toBe('1.5 MB');
  expect(en.bytes(2e18)).toBe('2,000 PB');
});

test('small shares keep a digit more', () => {
  expect(en.percent(0.0123)).toBe('1.2%');
  expect(en.percent(0.456)).toBe('46%');
});
