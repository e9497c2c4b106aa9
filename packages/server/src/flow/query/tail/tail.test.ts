import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Access } from '#access';
import { createHttpServer } from '#http';
import { createMetrics, type Metrics } from '#metrics';
import { Rig } from '../../load/rig.ts';
import { queryRoutes } from '../routes.ts';
import type { RunnerConfig } from '../runner.ts';

const access: Access = {
  authorize: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: null }),
  authorizeKey: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: null }),
  projects: async (_caller, slugs) => slugs,
  ingestProject: async () => ({ slug: 'default' }),
};

const limits: { -readonly [K in keyof RunnerConfig]: RunnerConfig[K] } = {
  queryMaxMs: 10_000,
  queryMaxMemoryBytes: undefined,
  maxQueries: 8,
  memoryMaxBytes: 1024 ** 3,
};

let rig: Rig;
let app: FastifyInstance;
let port: number;
let metrics: Metrics;
let loadedBelow = 0n;
const listeners = new Set<() => void>();

beforeAll(async () => {
  rig = await Rig.open();
  metrics = createMetrics();
  const log = pino({ level: 'silent' });
  app = createHttpServer({ config: { requestTimeoutMs: 10_000 }, log });
  const queue = {
    loadedBelow: () => loadedBelow,
    acceptedBelow: () => loadedBelow,
    onLoaded: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  await app.register(queryRoutes({ store: rig.store, queue, access, config: limits, metrics, log }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = Number(new URL(app.listeningOrigin).port);
});
afterAll(async () => {
  // Browsers would keep their connections, too.
  app?.server.closeAllConnections();
  await app?.close();
  await rig?.close();
});

/** Loads events as the loader does, and tells those who wait. */
async function load(lines: readonly string[]): Promise<void> {
  const segment = await rig.segment([{ lines }]);
  await rig.load(segment);
  loadedBelow = segment.firstEventId + BigInt(lines.length) + 1n;
  for (const listener of listeners) listener();
}

const url = (query: string): string => `http://127.0.0.1:${port}/api/v1/tail?query=${encodeURIComponent(query)}`;
const queries = async (): Promise<number> =>
  Number(/query_seconds_count\{question="tail"\} (\d+)/.exec(await metrics.registry.metrics())?.[1] ?? 0);

/** Reads the stream until its text matches. */
async function streamed(response: Response, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (pattern.test(text)) break;
  }
  return text;
}

let leaving: AbortController;
const tail = (query: string, headers: Record<string, string> = {}): Promise<Response> => {
  leaving = new AbortController();
  return fetch(url(query), { headers, signal: leaving.signal });
};
afterEach(async () => {
  leaving?.abort();
  for (let i = 0; i < 100 && listeners.size > 0; i++) await sleep(20);
});

test('events come as they are loaded, only those that match', async () => {
  const response = await tail('level:error');
  await load(['{"message":"first","level":"info"}', '{"message":"second","level":"error"}']);
  const text = await streamed(response, /second/);
  expect(text).not.toContain('first');
});

test('a search that cannot be understood is answered, not streamed', async () => {
  for (const query of ['level:(', '/(/']) {
    const response = await fetch(url(query));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_query' });
  }
});

test('a search that fails while it runs ends the stream with the reason', async () => {
  limits.queryMaxMemoryBytes = 1;
  try {
    const response = await tail('');
    await load(Array.from({ length: 20 }, () => JSON.stringify({ message: 'y'.repeat(500_000) })));
    const text = await response.text();
    expect(text).toMatch(/event: failed\ndata: \{.*"code":"query_memory_limit"/);
  } finally {
    limits.queryMaxMemoryBytes = undefined;
  }
});

test('an id ahead of the newest event waits for the next one', async () => {
  const response = await tail('', { 'last-event-id': String(2n ** 63n) });
  await load(['{"message":"after all"}']);
  expect(await streamed(response, /after all/)).toContain('after all');
});

test('nothing of a client stays when it leaves', async () => {
  const response = await tail('');
  await streamed(response, /retry/);
  leaving.abort();
  for (let i = 0; i < 100 && listeners.size > 0; i++) await sleep(20);
  expect(listeners.size).toBe(0);
  expect(await metrics.registry.metrics()).toMatch(/tail_clients 0/);
});

test('a client that reads nothing is asked for nothing more until it does', async () => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET /api/v1/tail HTTP/1.1\r\nhost: moalog\r\n\r\n`);
  socket.pause();
  const large = 'x'.repeat(200_000);
  const asked: number[] = [];
  for (let i = 0; i < 12; i++) {
    await load(Array.from({ length: 20 }, () => JSON.stringify({ message: large })));
    await sleep(300);
    asked.push(await queries());
  }
  expect(asked.at(-1)).toBe(asked.at(-3));
  socket.resume();
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await load(['{"message":"the last one"}']);
  for (let i = 0; i < 200 && !text.includes('the last one'); i++) await sleep(25);
  expect(text).toContain('the last one');
  socket.destroy();
});
