import type { Heartbeat } from '@moalog/contract';
import { expect, test } from 'vitest';
import { type Health, nextHealth, statesOf } from './health.ts';

const START = Date.parse('2026-01-01T00:00:00Z');

function heartbeat(
  at: number,
  { eventsSent = 0, lagBytes = 0, ...more }: Partial<Heartbeat> & { eventsSent?: number; lagBytes?: number } = {},
): Heartbeat {
  const source = { files: 1, bytesRead: 0, eventsSent, eventsDropped: 0, lagBytes, lostBytes: 0, error: null };
  return {
    ...{ id: 'agent-0001', host: 'web-1', platform: 'linux-x64', version: '1', configVersion: null, labels: {} },
    ...{ startedAt: new Date(START).toISOString(), sentAt: new Date(at).toISOString() },
    ...{ cpuMs: 0, residentBytes: 0, bytesSent: 0, retries: 0, lastError: null, sources: { app: source } },
    ...more,
  };
}

/** States after heartbeats every 15 s, `afterMs` after the last. */
function statesAfter(beats: readonly Parameters<typeof heartbeat>[1][], afterMs = 0, version = '1'): string[] {
  let health: Health | null = null;
  let last = heartbeat(START);
  let now = START;
  for (const [i, beat] of beats.entries()) {
    now = START + i * 15_000;
    last = heartbeat(now, beat);
    health = nextHealth(health, last, now, version);
  }
  return health === null ? [] : statesOf(health, last, now, now + afterMs).map(({ state }) => state);
}

const times = <T>(count: number, beat: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => beat(i));

test('an agent that sends is healthy', () => {
  expect(statesAfter(times(40, (i) => ({ eventsSent: i * 10 })))).toEqual([]);
});

test('no heartbeat for three turns: dead, and nothing else is said of it', () => {
  const beats = times(4, () => ({ lastError: 'x' }));
  expect(statesAfter(beats, 44_000)).toEqual(['failing']);
  expect(statesAfter(beats, 46_000)).toEqual(['dead']);
});

test('input that grows while nothing is sent: stalled; a last line without newline is none', () => {
  expect(statesAfter(times(8, (i) => ({ eventsSent: 10, lagBytes: i * 100 })))).toEqual(['stalled']);
  expect(statesAfter(times(8, (i) => ({ eventsSent: 10, lagBytes: i < 2 ? 0 : 100_000 })))).toEqual(['stalled']);
  expect(statesAfter(times(8, () => ({ eventsSent: 10, lagBytes: 50 })))).toEqual([]);
  expect(statesAfter(times(8, (i) => ({ eventsSent: 10 * i, lagBytes: i * 100 })))).toEqual([]);
});

test('nothing where there usually is something: silent, also long after; one that sends little is not', () => {
  const busy = times(40, (i) => ({ eventsSent: i * 10 }));
  const quiet = (beats: number) => times(beats, () => ({ eventsSent: 390 }));
  expect(statesAfter([...busy, ...quiet(10)])).toEqual([]);
  expect(statesAfter([...busy, ...quiet(30)])).toEqual(['silent']);
  expect(statesAfter([...busy, ...quiet(3_000)])).toEqual(['silent']);
  expect(statesAfter(times(60, (i) => ({ eventsSent: i < 3 ? i : 2 })))).toEqual([]);
});

test('a restart is no silence and no progress backwards', () => {
  const again = new Date(START + 600_000).toISOString();
  const beats = [
    ...times(40, (i) => ({ eventsSent: i * 10 })),
    ...times(10, (i) => ({ eventsSent: i, startedAt: again })),
  ];
  expect(statesAfter(beats)).toEqual([]);
});

test('another version, a wrong clock and errors are states of their own, with their beginning', () => {
  expect(statesAfter([{}], 0, '2')).toEqual(['version_drift']);
  expect(statesAfter([{ sentAt: new Date(START - 60_000).toISOString() }])).toEqual(['clock_skew']);
  const first = nextHealth(null, heartbeat(START, { lastError: 'no' }), START, '1');
  const later = START + 15_000;
  const beat = heartbeat(later, { lastError: 'other' });
  expect(statesOf(nextHealth(first, beat, later, '1'), beat, later, later)).toEqual([
    { state: 'failing', since: START, detail: 'other' },
  ]);
});
