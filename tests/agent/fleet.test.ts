import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Agent } from '@moalog/agent';
import { readConfig } from '@moalog/agent/config';
import type { FleetResponse } from '@moalog/contract';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const CLI = path.resolve(import.meta.dirname, '../../packages/cli/src/main.ts');

let server: TestServer;
let directory: string;
beforeAll(async () => {
  server = await startServer();
  directory = mkdtempSync(path.join(tmpdir(), 'moalog-fleet-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const fleet = async (): Promise<FleetResponse> =>
  (await (await server.request('/api/v1/fleet')).json()) as FleetResponse; // shape of the contract

async function check(...more: string[]): Promise<{ code: number; output: string }> {
  const args = ['--disable-warning=ExperimentalWarning', CLI, 'fleet', 'check', ...more];
  const connection = ['--url', server.url, '--key', server.key];
  const done = promisify(execFile)(process.execPath, [...args, ...connection]);
  return done.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stdout: string }) => ({ code: error.code, output: error.stdout }),
  );
}

test('an agent is registered by its first heartbeat, what it sends is searchable, and a host without one is missing', async () => {
  const expected = await server.request('/api/v1/fleet/default/expected', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ hosts: ['web-1', 'web-2'] }),
  });
  expect(expected.status).toBe(204);
  const file = path.join(directory, 'app.log');
  const trace = 'java.lang.IllegalStateException: no stock\n\tat com.example.Shop.order(Shop.java:42)';
  writeFileSync(file, `2026-11-20 10:00:00,123 ERROR no stock\n${trace}\n2026-11-20 10:00:01,000 INFO 결제\n`);
  const config = readConfig({
    ...{ server: server.url, key: server.key, stateDir: path.join(directory, 'state'), host: 'web-1' },
    ...{ flushMs: 50, heartbeatMs: 1_000, labels: { team: 'shop' } },
    sources: [{ id: 'app', paths: [file], service: 'shop', multiline: 'java' }],
  });
  const agent = await Agent.start({ config, key: server.key, log: () => {} });
  try {
    await server.waitForCount('service:shop', 2);
    const { rows } = await server.search({ query: 'level:error' });
    expect(rows[0]).toMatchObject({
      timestamp: expect.stringMatching(/^2026-11-20T10:00:00\.123/),
      host: 'web-1',
      message: `2026-11-20 10:00:00,123 ERROR no stock\n${trace}`,
    });
    appendFileSync(file, '2026-11-20 10:00:02,000 WARN late\n');
    await server.waitForCount('service:shop', 3);
    await expect
      .poll(async () => (await fleet()).members.find(({ host }) => host === 'web-1')?.report?.sources.app?.eventsSent, {
        timeout: 5_000,
      })
      .toBe(3);
    expect((await fleet()).members.map(({ host, expected: is, states }) => [host, is, states[0]?.state])).toEqual([
      ['web-2', true, 'missing'],
      ['web-1', true, undefined],
    ]);
    expect(await server.metrics()).toContain('moalog_fleet_agents{project="default",state="missing"} 1');
    const discovered = (await (await server.request('/api/v1/fleet/prometheus-sd')).json()) as { targets: string[] }[]; // Prometheus' shape
    expect(discovered.flatMap(({ targets }) => targets)).toEqual(['web-2', 'web-1']);
    const hosts = path.join(directory, 'hosts.csv');
    writeFileSync(hosts, 'host,place\nweb-1,seoul\ndb-1,busan\n');
    const { code, output } = await check('--expect', hosts);
    expect(code).toBe(1);
    expect(output).toMatch(/missing +db-1[\s\S]*missing +web-2[\s\S]*healthy +web-1/);
  } finally {
    await agent.stop();
  }
});
