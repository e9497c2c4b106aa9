import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Sources } from './sources.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'moalog-sources-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const NOW = Date.UTC(2026, 10, 21, 8, 0, 0);
const place = { id: 'splunk-hec', protocol: 'Splunk HEC', path: '/services/collector', port: null, enabled: true };

function open(file: string | null = null, enabled = true): Sources {
  const sources = new Sources(file);
  sources.announce({ ...place, enabled });
  return sources;
}
const only = (sources: Sources, projects: string[], nowMs = NOW, unknownToo = false) =>
  sources.list(projects, unknownToo, nowMs)[0];

test('a receiver that nothing came to waits, and one that is not switched on is off', () => {
  expect(only(open(), ['shop'])).toEqual({
    ...place,
    receiver: 'splunk-hec',
    state: 'waiting',
    events: 0,
    bytes: 0,
    eventsPerMinute: 0,
    lastEventAt: null,
    lastError: null,
  });
  expect(only(open(null, false), ['shop'])).toMatchObject({ state: 'off' });
});

test('totals and rates are those of the projects asked for', () => {
  const sources = open();
  sources.accepted('splunk-hec', 'shop', 10, 1_000, NOW - 90_000);
  sources.accepted('splunk-hec', 'shop', 5, 500, NOW - 30_000);
  sources.accepted('splunk-hec', 'bank', 1, 100, NOW - 1_000);
  sources.accepted('other', 'shop', 99, 99, NOW);
  expect(only(sources, ['shop'])).toMatchObject({ events: 15, bytes: 1_500, eventsPerMinute: 5, state: 'receiving' });
  expect(only(sources, ['shop', 'bank'])).toMatchObject({
    events: 16,
    eventsPerMinute: 6,
    lastEventAt: new Date(NOW - 1_000).toISOString(),
  });
  expect(only(sources, ['shop'], NOW + 30_001)).toMatchObject({ events: 15, eventsPerMinute: 0 });
  expect(only(sources, ['shop'], NOW + 300_000)).toMatchObject({ state: 'quiet' });
  sources.forget('shop');
  expect(only(sources, ['shop'])).toMatchObject({ events: 0, state: 'waiting' });
});

test('a refusal makes it fail until an event comes; one without a project is told only to those who may know', () => {
  const sources = open();
  sources.refused('splunk-hec', null, 'unauthenticated', 'The key is not known here.', NOW - 20);
  expect(only(sources, ['shop'])).toMatchObject({ state: 'waiting', lastError: null });
  expect(only(sources, ['shop'], NOW, true)).toMatchObject({
    state: 'failing',
    lastError: {
      at: new Date(NOW - 20).toISOString(),
      reason: 'unauthenticated',
      message: 'The key is not known here.',
    },
  });
  sources.refused('splunk-hec', 'shop', 'invalid_body', 'x'.repeat(10_000), NOW - 10);
  expect(only(sources, ['shop'])?.lastError?.message).toHaveLength(500);
  sources.accepted('splunk-hec', 'shop', 1, 1, NOW);
  expect(only(sources, ['shop'])).toMatchObject({ state: 'receiving', lastError: { reason: 'invalid_body' } });
  sources.refused('splunk-hec', 'shop', 'back_pressure', 'later', NOW + 1);
  expect(only(sources, ['shop'], NOW + 60_000)).toMatchObject({
    state: 'receiving',
    lastError: { reason: 'back_pressure' },
  });
  expect(only(sources, ['shop'], NOW + 60_001)).toMatchObject({ state: 'failing' });
});

test('figures outlive a restart, and a file that cannot be read costs them alone', () => {
  const file = path.join(dir, 'sources.json');
  const sources = open(file);
  sources.accepted('splunk-hec', 'shop', 3, 30, NOW);
  sources.refused('splunk-hec', 'shop', 'body_too_large', 'too large', NOW - 1);
  sources.close();
  expect(only(open(file), ['shop'])).toMatchObject({
    events: 3,
    bytes: 30,
    eventsPerMinute: 0,
    lastEventAt: new Date(NOW).toISOString(),
    lastError: { reason: 'body_too_large' },
  });
  writeFileSync(file, readFileSync(file).subarray(0, 20));
  expect(only(open(file), ['shop'])).toMatchObject({ events: 0, lastEventAt: null });
});
