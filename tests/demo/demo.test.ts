import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CLI = path.resolve(import.meta.dirname, '../../packages/cli/src/main.ts');
const EVENTS = 500_000;
const TICK_MS = 10;
/** Takes several seconds for half a million events. */
const SLOW = Array.from({ length: 120 }, (_, i) => `/([a-z가-힣]+[ .:]?){3,}[0-9]{${i + 3}}$/`).join(' OR ');

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
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

test('half a million events of the demo are all found, by levels, words, pages and as a file', {
  timeout: 240_000,
}, async () => {
  await moalog('demo', '--back', '24h', '--events', String(EVENTS), '--no-follow');
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

  const file = await server.request('/api/v1/export', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: 'now-2d', to: 'now+1d', format: 'ndjson', columns: ['event_id'] }),
  });
  const ids = (await file.text()).trimEnd().split('\n');
  expect(new Set(ids).size).toBe(EVENTS);
  expect(await moalog('search', '결제', '--limit', '3', '--from', 'now-2d')).toMatch(/결제/);
});

test('a query whose client goes away ends in the engine', async () => {
  const over = new AbortController();
  const asked = server
    .request('/api/v1/histogram', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: SLOW, from: 'now-2d', to: 'now+1d' }),
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
