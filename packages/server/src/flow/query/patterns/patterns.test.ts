import type { PatternsResponse, SearchResponse } from '@moalog/contract';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '#access';
import { createHttpServer } from '#http';
import { createMetrics } from '#metrics';
import { Rig } from '../../load/rig.ts';
import { queryRoutes } from '../routes.ts';
import { cluster } from './cluster.ts';
import type { Sample } from './group.ts';
import { Grouping } from './grouping.ts';
import { maskedWords, VARIABLE } from './mask.ts';

describe('values are masked', () => {
  test.each([
    ['took 120 ms', 'took *'],
    ['took 120ms, then 5', 'took *, then *'],
    ['Received block blk_-6952 of size 67108864 from /10.251.42.84', 'Received block * of size * from *'],
    ['uid=0 euid=0 tty=ssh', 'uid=* euid=* tty=ssh'],
    ['from 10.0.0.1:443 port 22', 'from * port *'],
    ['ids 1, 2, 3 gone', 'ids * gone'],
    ['at Sun Jul 10 03:55:15 2005', 'at *'],
    ['connection from 1.2.3.4 () now', 'connection from * (*) now'],
    ['free 5.2 KB)', 'free *)'],
    ['GET /api/v1/items/77 200', 'GET *'],
    ['주문 1234 결제 실패', '주문 * 결제 실패'],
    ['4bf92f3577b34da6 and deadbeef', '* and deadbeef'],
    ['  two   spaces ', 'two spaces'],
    ['', ''],
  ])('%s', (message, expected) => expect(maskedWords(message).join(' ').replaceAll(VARIABLE, '*')).toBe(expected));
});

const grouped = (messages: readonly string[]): string[] => {
  const { templates, templateOf } = cluster(messages);
  return messages.map((_message, i) => templates[templateOf[i] ?? 0]?.words.join(' ').replaceAll(VARIABLE, '*') ?? '');
};

test('messages that differ in values alone are one pattern, others are not', () => {
  expect(grouped(['user ann logged in', 'user bob logged in', 'user cy logged in', 'user ann logged out'])).toEqual([
    'user * logged in',
    'user * logged in',
    'user * logged in',
    'user ann logged out',
  ]);
  expect(grouped(['state is up', 'state is down'])).toEqual(['state is up', 'state is down']);
  expect(grouped(['cache hit', 'cache miss', 'cache full'])).toEqual(['cache hit', 'cache miss', 'cache full']);
  expect(grouped(['lost peer 10.0.0.1 for good', 'lost peer db.example.com for good'])).toEqual([
    'lost peer * for good',
    'lost peer * for good',
  ]);
});

test('any messages are grouped, equal ones together', () => {
  const word = fc.constantFrom('a', 'b', 'c', '1', 'x=2', '', VARIABLE, '결제', '(', 'Jul');
  const message = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
      const { templates, templateOf } = cluster(messages);
      expect(templateOf).toHaveLength(messages.length);
      for (const template of templateOf) expect(templates[template]).toBeDefined();
      for (const [i, each] of messages.entries()) expect(templateOf[i]).toBe(templateOf[messages.indexOf(each)]);
    }),
  );
});

test('free text, of which nothing repeats, is no burden', () => {
  const messages = Array.from({ length: 100_000 }, (_, i) =>
    Array.from(
      { length: 12 },
      (_word, j) =>
        `w${String.fromCharCode(97 + ((i * 31 + j * 17) % 26))}${((i * 2_654_435_761 + j * 40_503) >>> 0).toString(36).replaceAll(/\d/g, 'q')}`,
    ).join(' '),
  );
  const before = process.cpuUsage();
  cluster(messages);
  // Alone on the machine it takes 0.8 s.
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(4_000);
});

const access: Access = {
  authorize: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: null }),
  authorizeKey: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: null }),
  projects: async (_caller, slugs) => slugs,
  ingestProject: async () => ({ slug: 'default' }),
};

describe('on the engine', () => {
  const START = Date.UTC(2026, 10, 20, 11, 0, 0);
  const RANGE = { from: '2026-11-20T11:00:00Z', to: '2026-11-20T12:00:00Z' };
  let rig: Rig;
  let app: FastifyInstance;
  const messages = Array.from({ length: 600 }, (_, i) => {
    if (i % 6 === 0)
      return { level: 'error', message: `payment of order ${i} failed: timeout after ${i * 3} ms (try ${i % 4}/3)` };
    if (i % 6 === 1)
      return {
        level: 'info',
        message: `user ${['ann', 'bob', 'cy', '다은'][Math.floor(i / 6) % 4]} logged in from 10.0.0.${i % 250}`,
      };
    if (i % 6 === 2) return { level: 'warn', message: `결제 ${i}건 지연: 큐 길이 ${i * 2}` };
    if (i % 6 === 3) return { level: 'info', message: `GET /a/${i}?q=[x]  / 200` };
    if (i % 6 === 4) return { level: 'error', message: `boom ${i}\n  at a.b(c.js:${i})\n  at main` };
    return { level: 'info', message: 'heart beat' };
  });

  beforeAll(async () => {
    rig = await Rig.open();
    const lines = (events: readonly object[], everyMs: number): string[] =>
      events.map((event, i) => JSON.stringify({ timestamp: new Date(START + i * everyMs).toISOString(), ...event }));
    const many = Array.from({ length: 250_000 }, (_, i) => ({
      message: i % 4 === 0 ? `rare thing ${i} seen` : `common thing ${i} seen`,
    }));
    await rig.load(
      await rig.segment([{ lines: lines(messages, 5_000) }, { header: { project: 'many' }, lines: lines(many, 10) }]),
    );
    const log = pino({ level: 'silent' });
    app = createHttpServer({ config: { requestTimeoutMs: 10_000 }, log });
    const config = { queryMaxMs: 20_000, queryMaxMemoryBytes: undefined, maxQueries: 8, memoryMaxBytes: 1024 ** 3 };
    const queue = { loadedBelow: () => 0n, acceptedBelow: () => 1n << 62n, onLoaded: () => () => {} };
    await app.register(queryRoutes({ store: rig.store, queue, access, config, metrics: createMetrics(), log }));
  });
  afterAll(async () => {
    await app?.close();
    await rig?.close();
  });

  async function ask<T>(path: string, body: object): Promise<T> {
    const answer = await app.inject({
      method: 'POST',
      url: `/api/v1/${path}`,
      payload: { project: 'default', ...RANGE, ...body },
    });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json<T>();
  }

  test('patterns come with counts, levels, trend and the values of their variables', async () => {
    const answer = await ask<PatternsResponse>('patterns', {});
    expect(answer).toMatchObject({ total: 600, sampled: false, sampledEvents: 600, rest: { patterns: 0, count: 0 } });
    expect(answer.patterns.map(({ pattern }) => pattern).sort()).toEqual([
      'GET <*>?q=[x] / 200',
      'boom <*>',
      'heart beat',
      'payment of order <*> failed: timeout after <*> (try <*>)',
      'user <*> logged in from <*>',
      '결제 <*>건 지연: 큐 길이 <*>',
    ]);
    const payment = answer.patterns.find(({ pattern }) => pattern.startsWith('payment'));
    expect(payment).toMatchObject({
      count: 100,
      share: 1 / 6,
      levels: { error: 100 },
      firstSeen: '2026-11-20T11:00:00.000Z',
    });
    expect(payment?.parts[1]).toEqual({ examples: Array.from({ length: 5 }, () => expect.stringMatching(/^\d+$/)) });
    expect(payment?.trend.reduce((sum, count) => sum + count, 0)).toBe(100);
    expect(answer.patterns.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  test('each condition finds the messages of its pattern, and its contrary all others', async () => {
    const { patterns } = await ask<PatternsResponse>('patterns', {});
    for (const { pattern, include, exclude, count } of patterns) {
      const found = await ask<SearchResponse>('search', { query: include, limit: 1_000 });
      expect(found.rows, `${pattern}: ${include}`).toHaveLength(count);
      const others = await ask<SearchResponse>('search', { query: exclude, limit: 1_000 });
      expect(others.rows, `${pattern}: ${exclude}`).toHaveLength(600 - count);
    }
  });

  test('of very many messages a sample is taken, and the counts are about right', async () => {
    const answer = await ask<PatternsResponse>('patterns', { project: 'many' });
    expect(answer).toMatchObject({ total: 250_000, sampled: true });
    expect(answer.sampledEvents).toBeGreaterThan(60_000);
    expect(answer.sampledEvents).toBeLessThan(110_000);
    expect(answer.patterns.map(({ pattern }) => pattern)).toEqual(['common thing <*> seen', 'rare thing <*> seen']);
    const [common, rare] = answer.patterns;
    expect((common?.count ?? 0) / 187_500).toBeCloseTo(1, 1);
    expect((rare?.count ?? 0) / 62_500).toBeCloseTo(1, 1);
  });

  test('the pipe gives a table, also behind pipes that leave events', async () => {
    const { columns, rows } = await ask<{ columns: object[]; rows: unknown[][] }>('query', {
      query: 'level:error | patterns',
    });
    expect(columns).toEqual([
      { name: 'pattern', type: 'text' },
      { name: 'count', type: 'number' },
      { name: 'percent', type: 'number' },
      { name: 'condition', type: 'text' },
    ]);
    expect(rows.map((row) => row.slice(0, 3))).toEqual(
      expect.arrayContaining([
        ['boom <*>', 100, 50],
        ['payment of order <*> failed: timeout after <*> (try <*>)', 100, 50],
      ]),
    );
    const few = await ask<{ rows: unknown[][] }>('query', {
      query: '| parse "order * failed" as n | where n < 60 and n != "" | limit 5 | patterns',
    });
    expect(few.rows).toMatchObject([
      [expect.stringContaining('payment of order <*> failed'), 5, 100, expect.any(String)],
    ]);
    const refused = await app.inject({
      method: 'POST',
      url: '/api/v1/patterns',
      payload: { ...RANGE, query: '| count' },
    });
    expect(refused.json()).toMatchObject({ status: 400, code: 'invalid_query', errors: [{ from: 2 }] });
  });
});

test('grouping goes on after one that was left', async () => {
  const grouping = new Grouping();
  const sample: Sample = {
    data: { line: ['a 1', 'a 2'], severity: ['', ''], bar: [0, 0], cut: [0, 0], events: [1, 1] },
    statistics: { rows_read: 2, bytes_read: 20 },
  };
  const order = () => ({
    body: new TextEncoder().encode(JSON.stringify(sample)),
    bars: 1,
    limit: 5,
  });
  const left = new AbortController();
  const asked = grouping.group(order(), left.signal);
  left.abort();
  await expect(asked).rejects.toThrow(/abort/);
  expect((await grouping.group(order(), new AbortController().signal)).patterns).toMatchObject([
    { pattern: 'a <*>', count: 2 },
  ]);
  grouping.close();
});
