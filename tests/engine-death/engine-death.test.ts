import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server?.stop();
});

test('while the engine is dead events are accepted and searches get a clear 503; then both are whole', async () => {
  await server.send(['{"message":"before","n":"1"}']);
  await server.waitForCount('before', 1);
  const died = server.enginePid();
  process.kill(died, 'SIGKILL');
  await sleep(20);
  const sent = server.send(Array.from({ length: 500 }, (_, i) => `{"message":"during ${i}"}`));
  const statuses = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const answer = await server.request('/api/v1/search', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    statuses.add(answer.status);
    if (answer.status !== 200) expect(((await answer.json()) as { code: string }).code).toBe('engine_unavailable');
  }
  expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
  expect((await sent).accepted).toBe(500);
  await server.waitForCount('during', 500, 30_000);
  await server.waitForCount('', 501);
  expect(server.enginePid()).not.toBe(died);
  expect(await server.metrics()).toMatch(/^moalog_engine_restarts_total [1-9]/m);
  expect(readFileSync(path.join(server.dataDir, 'bootstrap-key'), 'utf8').trim()).toBe(server.key);
});
