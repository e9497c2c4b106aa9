import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { FluentClient } from '@fluent-org/logger';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adapted, snippet } from './snippet.ts';

const run = promisify(execFile);
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-fluentd-'));
const KEY = 'the-key-in-forward.key';
let server: TestServer;
let port: number;

beforeAll(async () => {
  const keyFile = path.join(dir, 'forward.key');
  writeFileSync(keyFile, KEY);
  server = await startServer({ flags: ['--listeners', `fluent-forward+tcp://127.0.0.1:0?shared_key_file=${keyFile}`] });
  port = await server.listenerPort('fluent-forward-tcp-0');
}, 120_000);
afterAll(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

it.each([
  ['fluent-logger', "from 'fluent-logger'", { level: 'error', message: 'payment failed', attributes: { order: '7' } }],
  ['fluent-org', '@fluent-org/logger', { level: 'info', message: 'order placed', attributes: { 'fluent.tag': 'shop.checkout' } }], // biome-ignore format: a table
])('the snippet of docs/senders/fluentd.md with %s sends its event', async (name, mark, expected) => {
  const code = adapted(snippet('fluentd', mark), { '24224': String(port) });
  await run(process.execPath, ['--input-type=module', '-e', code], { cwd: import.meta.dirname, timeout: 30_000 });
  await server.waitForCount(`service:from-${name}`, 1);
  const { rows } = await server.search({ query: `service:from-${name}`, limit: 1 });
  expect(rows[0]).toMatchObject({ source: 'fluent-forward', ...expected });
});

it.each(['Message', 'Forward', 'PackedForward', 'CompressedPackedForward'] as const)(
  '@fluent-org/logger sends every event in the mode %s, acknowledged, with the time of each',
  async (eventMode) => {
    const client = new FluentClient('mode', {
      socket: { host: '127.0.0.1', port, timeout: 5_000 },
      eventMode,
      milliseconds: true,
      ack: {},
      security: { clientHostname: 'test', sharedKey: KEY },
    });
    const sent = Array.from({ length: 300 }, (_, number) =>
      client.emit(
        eventMode,
        { service: `mode-${eventMode}`, message: `event ${number}` },
        new Date(1_767_323_045_000 + number),
      ),
    );
    await Promise.all(sent);
    await client.disconnect();
    await server.waitForCount(`service:mode-${eventMode}`, 300);
    const { rows } = await server.search({ query: `service:mode-${eventMode} "event 299"`, limit: 1 });
    expect(rows[0]).toMatchObject({
      timestamp: '2026-01-02T03:04:05.299000000Z',
      attributes: { 'fluent.tag': `mode.${eventMode}` },
    });
  },
);
