import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProgress } from './progress.ts';
import { sendFiles } from './send-files.ts';

let directory: string;
let server: Server;
/** Bodies by batch id, each stored once. */
let stored: Map<string, string>;
/** Answers to give before accepting: status and Retry-After. */
let refusals: Array<{ status: number; retryAfter?: string }>;
let requests: number;

beforeEach(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'moalog-send-'));
  vi.stubEnv('XDG_STATE_HOME', path.join(directory, 'state'));
  stored = new Map();
  refusals = [];
  requests = 0;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests++;
      const refusal = refusals.shift();
      if (refusal !== undefined) {
        response
          .writeHead(refusal.status, refusal.retryAfter === undefined ? {} : { 'retry-after': refusal.retryAfter })
          .end('no');
        return;
      }
      const id = new URL(request.url ?? '', 'http://x').searchParams.get('batch_id') ?? '';
      const body = Buffer.concat(chunks).toString('latin1');
      const duplicate = stored.has(id);
      if (!duplicate) stored.set(id, body);
      response.writeHead(202, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ accepted: body.split('\n').filter((line) => line !== '').length, duplicate }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `line ${from + i} \xff\n`).join('');
const whole = (): string[] =>
  [...stored.values()]
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .sort();

function write(name: string, content: string | Buffer): string {
  const file = path.join(directory, name);
  writeFileSync(file, typeof content === 'string' ? Buffer.from(content, 'latin1') : content);
  return file;
}

async function run(file: string, more: { again?: boolean; patienceMs?: number } = {}): Promise<string> {
  const progress = createProgress(0, false);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await sendFiles([file], {
    connection: { url, key: 'k', keyFrom: 'test' },
    parameters: { service: 'web' },
    batchBytes: 100,
    gzip: false,
    again: false,
    progress,
    ...more,
  });
  return progress.summary();
}

test('every line arrives once with its bytes as they were', async () => {
  expect(await run(write('a.log', lines(0, 200)))).toMatch(/^sent 1 files, 200 lines, /);
  expect(whole()).toEqual(lines(0, 200).trimEnd().split('\n').sort());
});

test.each([
  ['a.log.gz', gzipSync],
  ['a.log.zst', zstdCompressSync],
])('%s is unpacked', async (name, pack) => {
  await run(write(name, pack(Buffer.from(lines(0, 50), 'latin1'))));
  expect(whole()).toHaveLength(50);
});

test('a repeat sends nothing, and with --again stores nothing twice', async () => {
  const file = write('a.log', lines(0, 200));
  await run(file);
  const first = requests;
  expect(await run(file)).toContain('sent 0 files');
  expect(requests).toBe(first);
  await run(file, { again: true });
  expect(requests).toBe(2 * first);
  expect(whole()).toHaveLength(200);
});

test('a file that has grown sends only what is new', async () => {
  const file = write('a.log', lines(0, 3));
  await run(file);
  appendFileSync(file, Buffer.from(lines(3, 100), 'latin1'));
  expect(await run(file)).toContain(' 97 lines');
  expect(whole()).toHaveLength(100);
});

test('a failed run goes on where it was, with the same batches', async () => {
  const file = write('a.log', lines(0, 400));
  const warm = run(file, { patienceMs: 0 });
  refusals = [];
  server.on('request', () => {
    if (requests === 20) refusals.push({ status: 400 });
  });
  await expect(warm).rejects.toThrow('400');
  await run(file);
  expect(whole()).toEqual(lines(0, 400).trimEnd().split('\n').sort());
});

test('429, 503 and 507 are tried again, after the time the server names', async () => {
  refusals = [{ status: 429, retryAfter: '0' }, { status: 503, retryAfter: '0' }, { status: 507 }];
  await run(write('a.log', lines(0, 30)));
  expect(whole()).toHaveLength(30);
});

test('an unknown key ends at once with a sentence that says so', async () => {
  refusals = Array.from({ length: 10 }, () => ({ status: 401 }));
  await expect(run(write('a.log', lines(0, 5)))).rejects.toThrow('does not know the key');
  expect(requests).toBe(1);
});
