import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type DemoOptions, generateDemo } from './generate.ts';

const toMs = Date.UTC(2026, 10, 20, 12);
const day: DemoOptions = { seed: 1, events: 20_000, fromMs: toMs - 86_400_000, toMs };

const digest = (options: DemoOptions): string => {
  const hash = createHash('sha256');
  for (const batch of generateDemo(options)) hash.update(batch.batchId).update(batch.body);
  return hash.digest('hex');
};

const linesOf = (options: DemoOptions): Array<Record<string, unknown>> =>
  [...generateDemo(options)].flatMap((batch) =>
    batch.body
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );

test('the same seed gives the same bytes and another seed gives others', () => {
  expect(digest(day)).toBe(digest(day));
  expect(digest({ ...day, seed: 2 })).not.toBe(digest(day));
});

test.each([1, 999, 5_000, 12_345])('%i events asked are exactly so many JSON lines', (events) => {
  const batches = [...generateDemo({ ...day, events })];
  expect(batches.reduce((sum, batch) => sum + batch.events, 0)).toBe(events);
  expect(linesOf({ ...day, events })).toHaveLength(events);
  expect(new Set(batches.map((batch) => batch.batchId)).size).toBe(batches.length);
});

test('payment time-outs happen in the incident and nowhere else', () => {
  const incident = { fromMs: toMs - 7_200_000, toMs: toMs - 3_600_000 };
  const timeouts = linesOf({ ...day, incident }).filter((line) => String(line.message).startsWith('payment timeout'));
  expect(timeouts.length).toBeGreaterThan(5);
  for (const line of timeouts) {
    const at = Date.parse(String(line.timestamp));
    expect(at).toBeGreaterThan(incident.fromMs);
    expect(at).toBeLessThan(incident.toMs + 10_000);
  }
  expect(
    linesOf({ ...day, incident: null }).filter((line) => String(line.message).startsWith('payment timeout')),
  ).toEqual([]);
});

test('a trace crosses services and the shop speaks Korean and English', () => {
  const services = new Map<string, Set<unknown>>();
  const lines = linesOf(day);
  for (const line of lines) {
    if (typeof line.trace_id !== 'string') continue;
    services.set(line.trace_id, (services.get(line.trace_id) ?? new Set()).add(line.service));
  }
  expect(Math.max(...[...services.values()].map((set) => set.size))).toBeGreaterThanOrEqual(3);
  expect(lines.some((line) => /[가-힣]/.test(String(line.message)))).toBe(true);
  expect(lines.some((line) => /" 200 \d+ "-"/.test(String(line.log)))).toBe(true);
});
