import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { HistogramResponse } from '@moalog/contract';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateDemo } from '../../packages/cli/src/demo/generate.ts';

const CLI = path.resolve(import.meta.dirname, '../../packages/cli/src/main.ts');
const EVENTS = 500_000;
const TICK_MS = 10;
const QUERY_MAX_MS = 1_500;
/** Takes four times the limit for half a million events, on a quiet machine. */
const SLOW = Array.from({ length: 600 }, (_, i) => `/([a-z가-힣]+[ .:]?){3,}[0-9]{${i + 3}}$/`).join(' OR ');

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ['--query-max-ms', String(QUERY_MAX_MS)] });
});
afterAll(async () => {
  await server?.stop();
});

const moalog = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, [CLI, ...args, '--url', server.url, '--key', server.key])).stdout;

/** CPU time of the engine, milliseconds (Linux). */
function engineCpuMs(): number {
  const stat = readFileSync(`/proc/${server.enginePid()}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** What a set of lines is, whatever their order. */
class Contents {
  #sum = 0n;
  #lines = 0;

  add(...parts: readonly unknown[]): void {
    this.#sum += createHash('sha1').update(JSON.stringify(parts)).digest().readBigUInt64LE();
    this.#lines++;
  }

  get summary(): string {
    return `${this.#lines} lines, ${this.#sum}`;
  }
}

test('half a million events of the demo are all found, line for line, by levels and words', {
  timeout: 240_000,
}, async () => {
  const sent = new Contents();
  const toMs = Date.now();
  for (const { body } of generateDemo({ seed: 7, events: EVENTS, fromMs: toMs - 86_400_000, toMs })) {
    for (const line of body.toString().trimEnd().split('\n')) {
      const event = JSON.parse(line);
      sent.add(event.message ?? event.log ?? event.msg, event.trace_id ?? '');
    }
    await server.send(body);
  }
  await server.waitForCount('', EVENTS, 120_000);
  // From the rollup, and from the events themselves.
  expect(await server.count('event_id:>=0')).toBe(EVENTS);
  const levels = await Promise.all(
    ['debug', 'info', 'warn', 'error', 'fatal', '""'].map((level) => server.count(`level:${level}`)),
  );
  expect(levels.reduce((sum, events) => sum + events, 0)).toBe(EVENTS);
  const some = await server.count('결제');
  expect(some).toBeGreaterThan(0);
  expect(some + (await server.count('NOT 결제'))).toBe(EVENTS);

  const found = new Contents();
  const file = await server.request('/api/v1/export', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      from: 'now-2d',
      to: 'now+1d',
      format: 'ndjson',
      columns: ['event_id', 'message', 'trace_id'],
    }),
  });
  const ids = new Set<string>();
  for (const line of (await file.text()).trimEnd().split('\n')) {
    const event = JSON.parse(line);
    ids.add(event.event_id);
    found.add(event.message, event.trace_id);
  }
  expect(ids.size).toBe(EVENTS);
  expect(found.summary).toBe(sent.summary);
  expect(await moalog('search', '결제', '--limit', '3', '--from', 'now-2d')).toMatch(/결제/);
});

test('moalog demo sends as many as it is told', async () => {
  await moalog('demo', '--back', '1h', '--events', '2000', '--no-follow', '--seed', '3', '--project', 'default');
  await server.waitForCount('', EVENTS + 2_000);
});

test('a query that takes too long answers what it found and says so', async () => {
  const answer = await server.request('/api/v1/histogram', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `NOT (${SLOW})`, from: 'now-2d', to: 'now+1d' }),
  });
  const { partial, total, elapsedMs } = (await answer.json()) as HistogramResponse; // shape of the contract
  expect(answer.status).toBe(200);
  expect(partial).toMatchObject({ reason: 'time_limit', message: expect.stringContaining('1.5 s') });
  expect(total).toBeLessThan(EVENTS);
  expect(elapsedMs).toBeLessThan(3 * QUERY_MAX_MS);
});

test.each([
  ['histogram', SLOW],
  ['query', `${SLOW} | count by message`],
])('a %s whose client goes away ends in the engine', async (route, query) => {
  const over = new AbortController();
  const asked = server
    .request(`/api/v1/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, from: 'now-2d', to: 'now+1d' }),
      signal: over.signal,
    })
    .then(
      async (answer) => `answered ${answer.status}: ${await answer.text()}`,
      () => 'left',
    );
  await sleep(700);
  over.abort();
  expect(await asked).toBe('left');
  await sleep(1_500);
  const before = engineCpuMs();
  await sleep(1_000);
  expect(engineCpuMs() - before).toBeLessThan(400);
});
