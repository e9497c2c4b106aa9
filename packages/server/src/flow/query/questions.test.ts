import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '#access';
import { MoalogError } from '#errors';
import { createHttpServer } from '#http';
import { createMetrics } from '#metrics';
import { Rig, type TestFrame } from '../load/rig.ts';
import { compileCondition } from './compile/condition.ts';
import { readSearch } from './compile/scope.ts';
import { queryRoutes } from './routes.ts';

/** The port, as `control` implements it: this caller may read every project but `secret`. */
const access: Access = {
  authorize: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: null }),
  authorizeKey: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: null }),
  projects: async (_caller, slugs) => {
    if (slugs.includes('secret')) throw new MoalogError('forbidden', 'not yours');
    return slugs;
  },
  ingestProject: async () => ({ slug: 'default' }),
};

const EVENTS = [
  {
    id: 'a',
    level: 'error',
    service: 'payment',
    message: 'Upstream TIMEOUT after 3000 ms',
    http: { status: 504 },
    duration_ms: 3000,
  },
  {
    id: 'b',
    level: 'warn',
    service: 'payment',
    message: 'retry user.id=7 in order',
    http: { status: 200 },
    duration_ms: 12.5,
  },
  { id: 'c', level: 'info', service: 'auth', message: '결제가 승인되었습니다', url: '/api/v1/login', user_id: 'u1' },
  {
    id: 'd',
    level: 'info',
    service: 'auth',
    message: 'upstream of a timeout',
    trace_id: '4BF92F3577B34DA6A3CE929D0E0E4736',
    url: '/checkout/1',
  },
  {
    id: 'e',
    level: 'fatal',
    service: 'gateway',
    message: "100% done_or_not '; DROP TABLE logs; --",
    host: 'web-1',
    'odd name': 'x',
  },
];
/** A project of its own, so that the others keep their counts. */
const KOREAN = { id: 'f', level: 'error', service: 'cache', message: 'Redis에서 시간초과: 재시도timeout이 3회' };
const START = Date.UTC(2026, 10, 20, 11, 0, 0);
const RANGE = { from: '2026-11-20T10:00:00Z', to: '2026-11-20T13:00:00Z' };

let rig: Rig;
let app: FastifyInstance;
const load = async (frames: readonly TestFrame[]): Promise<void> => rig.load(await rig.segment(frames));
const acceptedBelow = { value: 1n << 62n };

beforeAll(async () => {
  rig = await Rig.open();
  const lines = (events: readonly object[]): string[] =>
    events.map((event, i) => JSON.stringify({ timestamp: new Date(START + i * 1_000).toISOString(), ...event }));
  await load([
    { lines: lines(EVENTS) },
    { header: { project: 'korean' }, lines: lines([KOREAN]) },
    { header: { project: 'secret' }, lines: ['{"id":"secret","message":"upstream timeout secret"}'] },
  ]);
  await load([
    {
      header: { project: 'many' },
      lines: lines(
        Array.from({ length: 250 }, (_, i) => ({
          id: `m${i}`,
          level: i % 5 === 0 ? 'error' : 'info',
          message: `line ${i}`,
          service: `s${i % 3}`,
        })),
      ),
    },
  ]);
  const log = pino({ level: 'silent' });
  app = createHttpServer({ config: { requestTimeoutMs: 10_000 }, log });
  const config = { queryMaxMs: 10_000, queryMaxMemoryBytes: undefined, maxQueries: 8, memoryMaxBytes: 1024 ** 3 };
  const queue = { loadedBelow: () => 0n, acceptedBelow: () => acceptedBelow.value, onLoaded: () => () => {} };
  await app.register(queryRoutes({ store: rig.store, queue, access, config, metrics: createMetrics(), log }));
});

afterAll(async () => {
  await app?.close();
  await rig?.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers of several routes, looked into by each test
async function ask(path: string, body: object): Promise<any> {
  const answer = await app.inject({
    method: 'POST',
    url: `/api/v1/${path}`,
    payload: { project: 'default', ...RANGE, ...body },
  });
  return { status: answer.statusCode, ...answer.json() };
}

const ids = async (query: string): Promise<string> => {
  const { rows, status, detail } = await ask('search', { query });
  expect(status, detail).toBe(200);
  return rows
    .map((row: { attributes: Record<string, string> }) => row.attributes.id)
    .sort()
    .join('');
};

describe('finds', () => {
  test.each([
    ['', 'abcde'],
    ['timeout', 'ad'],
    ['TimeOut upstream', 'ad'],
    ['"upstream timeout"', 'a'],
    ['"timeout upstream"', ''],
    ['time*', 'ad'],
    ['*meou*', 'ad'],
    ['*eout', 'ad'],
    ['imeout', ''],
    ['user.id', 'b'],
    ['결제', 'c'],
    ['승인 결제가', 'c'],
    ['/after \\d+ ms/', 'a'],
    ['level:ERROR', 'a'],
    ['level:warning', 'b'],
    ['level:(error OR warn)', 'ab'],
    ['service:payment -level:error', 'b'],
    ['http.status:504', 'a'],
    ['http.status:>=500', 'a'],
    ['http.status:<500', 'b'],
    ['duration_ms:[12 TO 13]', 'b'],
    ['duration_ms:{12.5 TO *}', 'a'],
    ['attributes.duration_ms:>9', 'ab'],
    ['user_id:*', 'c'],
    ['NOT user_id:*', 'abde'],
    ['url:*login*', 'c'],
    ['url:/api/v1/login', 'c'],
    ['url:/^\\/check/', 'd'],
    ['url:"/checkout/1"', 'd'],
    ['trace_id:4bf92f3577b34da6a3ce929d0e0e4736', 'd'],
    ['-host:web-1', 'abcd'],
    ['NOT (level:info OR level:fatal)', 'ab'],
    ['a OR 결제', 'cd'],
    ['@timestamp:>="2026-11-20T11:00:03Z"', 'de'],
    ['@timestamp:>"9999-12-31"', ''],
    ['@timestamp:<"9999-12-31"', 'abcde'],
    ['@timestamp:["0001-01-01" TO *]', 'abcde'],
    ['"odd name":x', 'e'],
    ['"100%"', 'e'],
    ['done_or', 'e'],
    ['승인', 'c'],
    ['결제 승인', 'c'],
    ['"결제가 승인"', 'c'],
    ['"\'; DROP TABLE logs; --"', 'e'],
    ['level:info AND timeout OR level:fatal', 'de'],
  ])('%s', async (query, expected) => expect(await ids(query)).toBe(expected));
});

describe('finds in Korean with English inside', () => {
  test.each([
    ['시간', 1],
    ['timeout', 1],
    ['TIMEOUT 재시도', 1],
    ['redis', 1],
    ['redis에서', 1],
    ['"REDIS에서 시간"', 1],
    ['에서', 1],
    ['edis', 0],
    ['edis에서', 0],
    ['*dis에서*', 1],
    ['redi*', 1],
    ['*edis', 1],
    ['edis*', 0],
    ['*meout', 1],
    ['시간초*', 1],
    ['간초*', 0],
  ])('%s', async (query, events) => {
    expect((await ask('search', { project: 'korean', query })).rows).toHaveLength(events);
    expect((await ask('histogram', { project: 'korean', query })).total).toBe(events);
  });
});

test('words are answered from the index alone', async () => {
  for (const query of ['timeout', '결제']) {
    const tree = readSearch(query);
    if (tree === null) throw new Error('a search is wanted');
    const { text, parameters } = compileCondition(tree, 0).render();
    const result = await rig.store.client.query({
      query: `EXPLAIN indexes = 1 SELECT count() FROM logs WHERE ${text}`,
      query_params: parameters,
      format: 'TabSeparatedRaw',
    });
    expect(await result.text()).toMatch(/Name: words/);
  }
});

test('an unknown field finds nothing and names the nearest', async () => {
  expect(await ask('search', { query: 'htp.status:504' })).toMatchObject({
    rows: [],
    hints: [{ field: 'htp.status', nearest: ['http.status'] }],
  });
});

test('what is wrong in a search is named with its place', async () => {
  expect(await ask('search', { query: 'level:error (a' })).toMatchObject({
    status: 400,
    code: 'invalid_query',
    errors: [{ from: 12 }],
  });
  expect(await ask('search', { query: 'message:>5' })).toMatchObject({ status: 400, code: 'invalid_query' });
  expect(await ask('search', { query: '/(/' })).toMatchObject({ status: 400, code: 'invalid_query' });
  expect(await ask('search', { from: 'yesterday' })).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(await ask('search', { cursor: 'AAAA' })).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(await ask('search', { limit: 0 })).toMatchObject({ status: 400, code: 'invalid_request' });
});

test('no string changes the statement outside its parameters', () => {
  const shape = (query: string): string => {
    const tree = readSearch(query);
    return tree === null ? '' : compileCondition(tree, 0).render().text;
  };
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  const expected = shape(`"f":${quoted('plain')}`);
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (field, value) => {
      fc.pre(
        !/^(project|level|service|environment|host|source|message|trace_id|span_id|timestamp|received_at|event_id)$/.test(
          field,
        ),
      );
      expect(shape(`${quoted(`x${field}`)}:${quoted(value)}`)).toBe(expected);
    }),
  );
});

test('pages neither skip nor repeat while events arrive', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  acceptedBelow.value = (await maxId()) + 1n;
  for (let page = 0; page < 10; page++) {
    const answer = await ask('search', { project: 'many', limit: 60, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...answer.rows.map((row: { attributes: { id: string } }) => row.attributes.id));
    // In between newer events with the same times come in.
    await load([
      {
        header: { project: 'many' },
        lines: [JSON.stringify({ id: `late${page}`, timestamp: new Date(START + page * 20_000).toISOString() })],
      },
    ]);
    if (answer.cursor === null) break;
    cursor = answer.cursor;
  }
  acceptedBelow.value = 1n << 62n;
  expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => `m${249 - i}`));
});

test('pages go through many events of one moment, both ways', async () => {
  const timestamp = new Date(START).toISOString();
  const moment = (count: number) => Array.from({ length: count }, (_, i) => JSON.stringify({ id: `t${i}`, timestamp }));
  await load([{ header: { project: 'moment' }, lines: moment(40) }]);
  await load([{ header: { project: 'moment' }, lines: moment(45) }]);
  for (const order of ['desc', 'asc']) {
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await ask('search', {
        project: 'moment',
        limit: 7,
        order,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.rows.map((row: { event_id: string }) => row.event_id));
      cursor = page.cursor;
    }
    expect(seen).toHaveLength(85);
    const sorted = seen.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    expect(seen).toEqual(order === 'asc' ? sorted : sorted.reverse());
  }
});

test('numbers beyond 64 bits are refused, not cut', async () => {
  const cursor = (...parts: string[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const tooLarge = (2n ** 64n).toString();
  expect(await ask('search', { query: `event_id:${tooLarge}` })).toMatchObject({ status: 400, code: 'invalid_query' });
  for (const wrong of [cursor('0', tooLarge, '1'), cursor('0', '1', tooLarge), cursor('9223372036854775807', '1', '1')])
    expect(await ask('search', { cursor: wrong })).toMatchObject({ status: 400, code: 'invalid_request' });
  const event = await app.inject({ url: `/api/v1/events/${tooLarge}`, query: { project: 'default' } });
  expect(event.statusCode).toBe(400);
});

test('an expression that cannot be read is refused with its place, even where no event would reach it', async () => {
  expect(await ask('search', { query: 'service:nobody /(?<x/' })).toMatchObject({
    status: 400,
    code: 'invalid_query',
    errors: [{ path: 'query', from: 15, to: 21 }],
  });
  expect(await ask('histogram', { query: 'service:nobody url:/[z-a]/' })).toMatchObject({
    status: 400,
    code: 'invalid_query',
  });
});

test('long lists and NUL bytes reach the store whole', async () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `이름${i}`);
  expect((await ask('search', { query: `service:(${names.join(' OR ')} OR auth)` })).rows).toHaveLength(2);
  expect(await ask('search', { query: 'service:"a\0b"' })).toMatchObject({ status: 200, rows: [] });
});

test('bars by a field with a value an event show the rest together', async () => {
  const { buckets, total } = await ask('histogram', { project: 'many', by: 'id', buckets: 2, query: 'line' });
  const counts = Object.assign({}, ...buckets.map((bucket: { counts: object }) => bucket.counts));
  expect(total).toBe(250);
  expect(Object.keys(counts).length).toBeLessThanOrEqual(13);
  expect(counts['…']).toBeGreaterThan(200);
});

async function maxId(): Promise<bigint> {
  const result = await rig.store.client.query({
    query: 'SELECT toString(max(event_id)) AS id FROM logs',
    format: 'JSONEachRow',
  });
  const [row] = await result.json<{ id: string }>();
  return BigInt(row?.id ?? 0);
}

test('the histogram is the same from the rollup and from the events, with ends that cut a slice', async () => {
  for (const range of [
    RANGE,
    { from: '2026-11-20T11:00:03.5Z', to: '2026-11-20T11:03:41.25Z' },
    { from: '2026-11-20T11:00:01Z', to: '2026-11-20T11:00:04Z' },
  ]) {
    const rollup = await ask('histogram', { project: 'many', ...range, query: '-service:s0', buckets: 20 });
    const raw = await ask('histogram', { project: 'many', ...range, query: '-service:s0 event_id:>0', buckets: 20 });
    expect(rollup.total).toBeGreaterThan(0);
    expect(rollup.buckets).toEqual(raw.buckets);
  }
  expect(
    (
      await app.inject({
        method: 'POST',
        url: '/api/v1/explain',
        payload: { project: 'many', query: '-service:s0', ...RANGE },
      })
    ).json().histogram.rollup,
  ).toBe(true);
});

test('facets count values, and complete what was typed', async () => {
  const { facets, total, sampled } = await ask('facets', { fields: ['level', 'http.status'] });
  expect({ total, sampled }).toEqual({ total: 5, sampled: false });
  expect(facets[0]).toEqual({
    field: 'level',
    count: 5,
    distinct: 4,
    values: [
      { value: 'info', count: 2 },
      { value: 'error', count: 1 },
      { value: 'fatal', count: 1 },
      { value: 'warn', count: 1 },
    ],
  });
  expect((await ask('facets', { fields: ['service'], contains: 'PAY' })).facets[0].values).toEqual([
    { value: 'payment', count: 2 },
  ]);
});

test('fields are named with type and share', async () => {
  const answer = await app.inject({ url: '/api/v1/fields', query: { ...RANGE, project: 'default' } });
  const byName = new Map(answer.json().fields.map((field: { name: string }) => [field.name, field]));
  expect(byName.get('http.status')).toEqual({ name: 'http.status', type: 'number', kind: 'attribute', share: 0.4 });
  expect(byName.get('url')).toMatchObject({ type: 'text' });
  expect(byName.get('timestamp')).toMatchObject({ type: 'time', kind: 'column' });
});

test('an event has its neighbours of the same service and host, and nobody else’s id is answered', async () => {
  const { rows } = await ask('search', { query: 'timeout level:info' });
  const context = await app.inject({
    url: `/api/v1/events/${rows[0].event_id}/context`,
    query: { project: 'default' },
  });
  expect(context.json().before.map((row: { attributes: { id: string } }) => row.attributes.id)).toEqual(['c']);
  expect(context.json().event.attributes.id).toBe('d');
  expect((await app.inject({ url: `/api/v1/events/${rows[0].event_id}`, query: { project: 'many' } })).statusCode).toBe(
    404,
  );
  expect(
    (await app.inject({ url: `/api/v1/events/${rows[0].event_id}`, query: { project: 'secret' } })).statusCode,
  ).toBe(403);
});

test('exports hold every row', async () => {
  const get = async (format: string) =>
    (
      await app.inject({
        method: 'POST',
        url: '/api/v1/export',
        payload: { project: 'many', ...RANGE, query: 'line', format },
      })
    ).rawPayload;
  expect((await get('ndjson')).toString().trim().split('\n')).toHaveLength(250);
  const csv = (await get('csv')).toString().trim().split('\n');
  expect(csv).toHaveLength(251);
  expect(csv[0]).toContain('"attributes"');
  const chosen = ['service', 'attributes.id', 'id', 'odd `name`'];
  const file = async (format: string) =>
    (
      await app.inject({
        method: 'POST',
        url: '/api/v1/export',
        payload: { project: 'many', ...RANGE, query: 'line', format, columns: chosen, order: 'asc', limit: 2 },
      })
    ).payload.trim();
  expect(await file('csv')).toBe('"service","attributes.id","id","odd `name`"\n"s0","m0","m0",""\n"s1","m1","m1",""');
  expect((await file('ndjson')).split('\n').map((line) => JSON.parse(line))[1]).toEqual({
    service: 's1',
    'attributes.id': 'm1',
    id: 'm1',
    'odd `name`': '',
  });
  const parquet = await get('parquet');
  expect([parquet.subarray(0, 4).toString(), parquet.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
});

test('a thousand conditions are answered, more are refused with a way out', async () => {
  const words = (conditions: number): string =>
    Array.from({ length: conditions }, (_, i) => `"결제 승인 timeout${i}"`).join(' OR ');
  const answer = await ask('search', { query: words(1_000) });
  expect(answer, answer.detail).toMatchObject({ status: 200, rows: [] });
  expect(await ask('search', { query: words(1_001) })).toMatchObject({
    status: 400,
    code: 'invalid_query',
    detail: expect.stringContaining('1000 are the most'),
  });
});

test('values of very many events are counted in a sample and scaled up', async () => {
  const lines = Array.from(
    { length: 150_000 },
    (_, i) => `{"message":"sampled","parity":"${i % 2 === 0 ? 'even' : 'odd'}"}`,
  );
  await load([{ header: { project: 'large' }, lines }]);
  const { facets, total, sampled } = await ask('facets', { project: 'large', fields: ['parity'] });
  expect({ total, sampled }).toEqual({ total: 150_000, sampled: true });
  const [{ count, values }] = facets;
  expect(count).toBeGreaterThan(145_000);
  expect(count).toBeLessThanOrEqual(150_000);
  for (const { count: share } of values) expect(Math.abs(share - 75_000)).toBeLessThan(3_000);
});
