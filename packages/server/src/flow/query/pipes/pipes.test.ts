import type { QueryResponse } from '@moalog/contract';
import { parseQuery } from '@moalog/search-language/pipes';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '#access';
import { createHttpServer } from '#http';
import { createMetrics } from '#metrics';
import { Rig } from '../../load/rig.ts';
import { scopeOf } from '../compile/scope.ts';
import { queryRoutes } from '../routes.ts';
import { queryStatement } from './statement.ts';

const access: Access = {
  authorize: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: null }),
  authorizeKey: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: null }),
  projects: async (_caller, slugs) => slugs,
  ingestProject: async () => ({ slug: 'default' }),
};

const START = Date.UTC(2026, 10, 20, 11, 0, 0);
const RANGE = { from: '2026-11-20T11:00:00Z', to: '2026-11-20T11:10:00Z' };
/** A minute apart. `size` is text in some, as logs have it. */
const EVENTS = [
  { service: 'pay', level: 'error', message: 'took 120 ms user=ann', ms: 120, url: '/a', size: '10' },
  { service: 'pay', level: 'info', message: 'took 80 ms user=bob', ms: 80, url: '/b', size: 9 },
  { service: 'pay', level: 'info', message: 'took 100 ms user=ann', ms: 100, url: '/a', size: 'NaN' },
  { service: 'web', level: 'warn', message: 'slow 결제 page', ms: 900, url: '/b' },
  { service: 'web', level: 'info', message: 'took 20 ms user=cy', ms: 20, url: '/a', 'odd`name': 'x y' },
  { service: 'web', level: 'info', message: 'line one\ntook 5 ms user=dee', ms: 5, url: '/c', size: '' },
  { service: 'job', level: 'error', message: 'no time at all', host: 'h1' },
  { service: 'job', level: 'error', message: '100% wrong', host: 'h1', ms: 'unknown' },
];

let rig: Rig;
let app: FastifyInstance;

beforeAll(async () => {
  rig = await Rig.open();
  const lines = (events: readonly object[], everyMs: number): string[] =>
    events.map((event, i) => JSON.stringify({ timestamp: new Date(START + i * everyMs).toISOString(), ...event }));
  const many = Array.from({ length: 3_000 }, (_, i) => ({
    service: `s${i % 5}`,
    level: i % 3 === 0 ? 'error' : 'info',
    id: `i${i}`,
    message: 'm',
  }));
  await rig.load(
    await rig.segment([
      { lines: lines(EVENTS, 60_000) },
      { header: { project: 'many' }, lines: lines(many, 199) },
      { header: { project: 'secret' }, lines: lines([{ message: 'secret', service: 'secret' }], 1) },
    ]),
  );
  const log = pino({ level: 'silent' });
  app = createHttpServer({ config: { requestTimeoutMs: 10_000 }, log });
  const config = { queryMaxMs: 10_000, queryMaxMemoryBytes: undefined, maxQueries: 8, memoryMaxBytes: 1024 ** 3 };
  const queue = { loadedBelow: () => 0n, acceptedBelow: () => 1n << 62n, onLoaded: () => () => {} };
  await app.register(queryRoutes({ store: rig.store, queue, access, config, metrics: createMetrics(), log }));
});

afterAll(async () => {
  await app?.close();
  await rig?.close();
});

async function ask(query: string, more: object = {}): Promise<QueryResponse> {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/query',
    payload: { project: 'default', ...RANGE, query, ...more },
  });
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<QueryResponse>();
}

/** Rows as text: cells apart by a comma, rows by a line. */
async function table(query: string, more: object = {}): Promise<string> {
  const { rows } = await ask(query, more);
  return rows.map((row) => row.map((cell) => (cell === null ? 'null' : String(cell))).join(',')).join('\n');
}

describe('answers', () => {
  test.each([
    ['| count', '8'],
    ['level:error | count as n', '3'],
    [
      '| count by service',
      'job,2\npay,3\nweb,3'
        .split('\n')
        .sort((a, b) => b.slice(-1).localeCompare(a.slice(-1)))
        .join('\n'),
    ],
    ['| count by service, level | where count > 1 | sort service', 'job,error,2\npay,info,2\nweb,info,2'],
    ['| top 2 url', '/a,3,50\n/b,2,33.33'],
    ['| rare 1 url', '/c,1,16.67'],
    ['service:job | top url', ''],
    [
      '| stats avg(ms), max(ms), min(ms), sum(ms), median(ms) by service | sort service',
      'job,null,null,null,0,null\npay,100,120,80,300,100\nweb,308.3333333333333,900,5,925,20',
    ],
    [
      '| stats p50(ms) as p, distinct(url) as urls, count_if(level:error) as errors, count_if(ms > 90) as slow',
      '90,3,3,3',
    ],
    ['service:pay | stats sum(size), avg(size), max(size)', '19,9.5,10'],
    [
      '| stats first(message) as f, last(service) as l, min(timestamp) as t',
      'took 120 ms user=ann,job,2026-11-20T11:00:00.000000000Z',
    ],
    ['service:pay | stats rate() as r, rate(ms) as b', '0.005,0.5'],
    ['service:nobody | stats count(), avg(ms), min(length(message)), sum(ms), last(url)', '0,null,null,0,'],
    ['| stats avg(ms) as a by service | where a > 200', 'web,308.3333333333333'],
    ['| stats p95(ms) by service | sort p95(ms) desc | limit 1 | fields service', 'web'],
    ['| where ms >= 100 | sort ms | fields ms', '100\n120\n900'],
    ['| where level:(error OR warn) and not service:job | fields service, level', 'web,warn\npay,error'],
    ['| where message:결제 or url = "/c" | count', '2'],
    ['| where message:/^took \\d\\d ms/ | count', '2'],
    ['| where service = "pay" and url != "/a" | fields message', 'took 80 ms user=bob'],
    ['| where ms > size | fields ms', '80\n120'],
    ['| where url < "/b" | count', '3'],
    ['| where @timestamp:<"2026-11-20T11:02:00Z" | count', '2'],
    ['| where contains(message, "100%") | fields service', 'job'],
    ['| sort ms desc | limit 3 | fields ms', '900\n120\n100'],
    ['| sort -number(ms), url | limit 1 | fields url', '/b'],
    ['| sort ms | fields ms', '5\n20\n80\n100\n120\n900\nunknown\n'],
    ['| limit 2 | fields service', 'job\njob'],
    [
      'service:job | fields timestamp, host, nope',
      '2026-11-20T11:07:00.000000000Z,h1,\n2026-11-20T11:06:00.000000000Z,h1,',
    ],
    ['service:job | fields - timestamp, service', 'error,100% wrong\nerror,no time at all'],
    ['| parse "took * ms" as took | stats sum(took)', '325'],
    [
      '| parse "user=*" as user | count by user | where user != "" | sort user | fields user, count',
      'ann,2\nbob,1\ncy,1\ndee,1',
    ],
    ['| parse "took * ms user=*" as a, b | where b = "bob" | fields a, b', '80,bob'],
    ['| parse "/*" from url as page | top 1 page', 'a,3,50'],
    ['| parse "*% wrong" as share | where share != "" | fields share', '100'],
    ['| extract /user=(?<user>\\w+)/ | stats distinct(user)', '4'],
    ['| extract /(took) (?:x|(?P<took>\\d+)) (m)s/ | stats max(took)', '120'],
    ['| extract /(?<first>.)$/ from url | count by first | where first = "c"', 'c,1'],
    ['service:pay | eval s = ms / 1000, t = round(s * 10) | sort ms | fields s, t', '0.08,1\n0.1,1\n0.12,1'],
    ['| stats count_if(level:error) as e, count() as n | eval share = round(e / n, 3)', '3,8,0.375'],
    ['| eval k = if(level:error, "bad", "good") | count by k', 'good,5\nbad,3'],
    ['| eval h = coalesce(host, "none") | count by h', 'none,6\nh1,2'],
    ['| eval x = concat(upper(service), "-", lower("AB"), length(message)) | where url = "/c" | fields x', 'WEB-ab27'],
    ['service:web | eval level = upper(level) | count by level', 'INFO,2\nWARN,1'],
    ['| eval z = 1 / 0 | limit 1 | fields z', 'null'],
    ['| eval slow = ms > 90 | count by slow', 'false,5\ntrue,3'],
    [
      '| eval x = substring(message, 1, 4), y = replace(url, "/", "") , z = trim("  a ") | where y = "c" | fields x, y, z',
      'line,c,a',
    ],
    [
      '| eval x = pow(2, 3) + sqrt(9) + abs(-1) + floor(1.7) + ceil(1.2) + 7 % 4 + least(3, 2) + greatest(3, 2) + log10(100) + exp(0) + log(1) | limit 1 | fields x',
      '26',
    ],
    ['| where starts_with(url, "/a") and ends_with(message, "ann") | count', '2'],
    [
      '| dedup service | fields service, timestamp',
      'job,2026-11-20T11:07:00.000000000Z\nweb,2026-11-20T11:05:00.000000000Z\npay,2026-11-20T11:02:00.000000000Z',
    ],
    ['| sort timestamp | dedup service | fields timestamp, service | limit 1', '2026-11-20T11:00:00.000000000Z,pay'],
    [
      '| count by service, level | stats count() as kinds, sum(count) as events by service | sort service',
      'job,1,2\npay,2,3\nweb,2,3',
    ],
    ['| count by `odd`name` | where count = 1'.replace('`odd`name`', '`odd\\`name`'), 'x y,1'],
  ])('%s', async (query, expected) => expect(await table(query)).toBe(expected));
});

test('a timechart has every point of every series', async () => {
  expect(await table('| timechart 2m count(), max(ms) by service | where service:(pay OR job)')).toBe(
    [
      '2026-11-20T11:00:00.000Z,job,0,null',
      '2026-11-20T11:00:00.000Z,pay,2,120',
      '2026-11-20T11:02:00.000Z,job,0,null',
      '2026-11-20T11:02:00.000Z,pay,1,100',
      '2026-11-20T11:04:00.000Z,job,0,null',
      '2026-11-20T11:04:00.000Z,pay,0,null',
      '2026-11-20T11:06:00.000Z,job,2,null',
      '2026-11-20T11:06:00.000Z,pay,0,null',
      '2026-11-20T11:08:00.000Z,job,0,null',
      '2026-11-20T11:08:00.000Z,pay,0,null',
    ].join('\n'),
  );
  const { rows, chart, columns } = await ask('| timechart');
  expect(rows).toHaveLength(60);
  expect(rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(8);
  expect(columns).toEqual([
    { name: 'time', type: 'time' },
    { name: 'count', type: 'number' },
  ]);
  expect(chart).toEqual({ kind: 'time', time: 'time', groups: [], values: ['count'], intervalMs: 10_000 });
  expect((await ask('service:nobody | timechart 1m')).rows).toHaveLength(10);
  const days = await ask('| timechart 1d', {
    from: '2026-11-19T00:00:00Z',
    to: '2026-11-21T00:00:00Z',
    zoneOffsetMinutes: 540,
  });
  expect(days.rows).toEqual([
    ['2026-11-18T15:00:00.000Z', 0],
    ['2026-11-19T15:00:00.000Z', 8],
    ['2026-11-20T15:00:00.000Z', 0],
  ]);
});

test('series by a field with a value an event: the most frequent ones, and the rest together', async () => {
  const { rows } = await ask('| timechart 10m by id', { project: 'many' });
  expect(rows).toHaveLength(21);
  expect(rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBe(3_000);
});

test('counts are the same from the rollup and from the events', async () => {
  const ranges = [
    RANGE,
    { from: '2026-11-20T11:00:03.5Z', to: '2026-11-20T11:03:41.25Z' },
    { from: '2026-11-20T11:00:01Z', to: '2026-11-20T11:00:04Z' },
  ];
  for (const pipes of [
    'count by service, level',
    'timechart 10s count(), rate() by service',
    'top 3 service',
    'rare 2 service, level',
    'stats count_if(level:error), count() by service',
  ])
    for (const range of ranges) {
      const more = { project: 'many', ...range };
      const fast = await ask(`-service:s4 | ${pipes}`, more);
      const slow = await ask(`-service:s4 event_id:>0 | ${pipes}`, more);
      expect(fast.rows.length).toBeGreaterThan(0);
      expect(fast.rows).toEqual(slow.rows);
    }
  const rollup = async (query: string): Promise<boolean> =>
    (await app.inject({ method: 'POST', url: '/api/v1/explain', payload: { query, ...RANGE } })).json().query.rollup;
  expect(await rollup('level:error | count by service')).toBe(true);
  expect(await rollup('| timechart 1m by level')).toBe(true);
  expect(await rollup('| timechart 5s by level')).toBe(false);
  expect(await rollup('| count by host')).toBe(false);
  expect(await rollup('timeout | count')).toBe(false);
  expect(await rollup('| stats count_if(ms > 5)')).toBe(false);
  expect(await rollup('| where level:error | count')).toBe(false);
});

test('a sample is as large as asked, and not always the same', async () => {
  const ids = async (): Promise<string> => table('| sample 20 | fields id', { project: 'many' });
  const [first, second] = [await ids(), await ids()];
  expect(first.split('\n')).toHaveLength(20);
  expect(first).not.toBe(second);
});

test('more rows than are answered are said to be there', async () => {
  const events = await ask('', { project: 'many' });
  expect(events.rows).toHaveLength(1_000);
  expect(events.partial).toMatchObject({ reason: 'row_limit' });
  expect((await ask('| limit 1000', { project: 'many' })).partial).toBeUndefined();
  expect((await ask('| count by id', { project: 'many' })).rows).toHaveLength(3_000);
});

test('what can be drawn is told', async () => {
  const chart = async (query: string) => (await ask(query)).chart;
  expect(await chart('| top service')).toEqual({ kind: 'bars', groups: ['service'], values: ['count', 'percent'] });
  expect(await chart('| timechart by level | eval k = count * 2 | fields time, level, k')).toEqual({
    kind: 'time',
    time: 'time',
    groups: ['level'],
    values: ['k'],
    intervalMs: 10_000,
  });
  expect(await chart('| count by level | fields count')).toBeNull();
  expect(await chart('| count')).toBeNull();
  expect(await chart('| fields level')).toBeNull();
});

test('a field that no event has is named with the nearest', async () => {
  expect(await ask('| stats avg(mss)')).toMatchObject({ rows: [[null]], hints: [{ field: 'mss', nearest: ['ms'] }] });
  expect(await ask('| count by servce')).toMatchObject({ hints: [{ field: 'servce' }] });
});

test('what is wrong in a query is named with its place', async () => {
  const problem = async (query: string, more: object = {}) =>
    (await app.inject({ method: 'POST', url: '/api/v1/query', payload: { ...RANGE, query, ...more } })).json();
  expect(await problem('a | cuont')).toMatchObject({
    status: 400,
    code: 'invalid_query',
    errors: [{ from: 4, to: 9 }],
  });
  expect(await problem('a | extract /(?<x>[z-a])/')).toMatchObject({ status: 400, errors: [{ from: 12, to: 25 }] });
  expect(await problem('a | where x:/(/ ')).toMatchObject({ status: 400, errors: [{ from: 10, to: 15 }] });
  expect(await problem('a | where message:>5')).toMatchObject({ status: 400, errors: [{ from: 10, to: 20 }] });
  expect(await problem('a | timechart 10ms')).toMatchObject({
    status: 400,
    errors: [{ from: 4, to: 18 }],
    detail: expect.stringContaining('500ms'),
  });
  expect(await problem(`a | where ${Array.from({ length: 600 }, (_, i) => `x = ${i}`).join(' or ')}`)).toMatchObject({
    status: 400,
    detail: expect.stringContaining('1000'),
  });
  expect(await problem(`a | ${'eval x = x + 1 | '.repeat(49)} count`)).toMatchObject({ rows: [[0]] });
  const search = await app.inject({ method: 'POST', url: '/api/v1/search', payload: { query: 'a | count' } });
  expect(search.json()).toMatchObject({ status: 400, code: 'invalid_query', errors: [{ from: 2 }] });
});

test('no event of another project is ever counted', async () => {
  for (const query of [
    '| count by project',
    '| top project',
    '| stats last(project)',
    'secret | count',
    '| timechart by project',
    '| fields project',
  ])
    expect(await table(query)).not.toContain('secret');
});

const statementOf = (query: string) => {
  const parsed = parseQuery(query);
  expect(parsed.diagnostics).toEqual([]);
  return queryStatement(parsed, scopeOf(parsed.filter, RANGE, ['default'], START), 0).statement.render();
};

test('each pipe compiles to the statement that is written down', async () => {
  const queries = [
    'level:error | count by service',
    'timeout | count by http.status',
    'timeout | timechart 1m p99(ms) by url',
    '| timechart 1m by service',
    'timeout | top 5 url',
    'timeout | rare 5 url',
    'timeout | stats count(), count_if(ms > 5), distinct(user), sum(ms), avg(ms), first(url), rate() by host',
    '| where ms > 200 and not level:info',
    '| stats avg(ms) as a by host | where a > 1 | sort a desc | limit 20 | fields host',
    '| sort url desc',
    '| parse "took * ms" as took',
    '| extract /user=(?<user>\\d+)/',
    '| eval ratio = round(errors / total, 2), name = coalesce(user, "none")',
    '| dedup host',
    '| sample 1000',
  ];
  const written = queries.map((query) => `-- ${query}\n${statementOf(query).text}\n`).join('\n');
  await expect(written).toMatchFileSnapshot('./compiled.sql');
});

test('no name and no text changes the statement outside its parameters', () => {
  const name = (text: string): string => `\`${text.replace(/[\\`]/g, '\\$&')}\``;
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  const shapes: ((a: string, b: string, c: string) => string)[] = [
    (a, b, c) => `f:${quoted(c)} | count as ${name(b)} by ${name(a)}`,
    (a, b, c) =>
      `| eval ${name(b)} = concat(${name(a)}, ${quoted(c)}) | where ${name(b)} = ${quoted(c)} | sort ${name(b)}`,
    (a, b, c) =>
      `| timechart 1m p95(${name(a)}) as ${name(b)} by ${name(a)} | where time > time or ${name(b)} > 1 or "x" = ${quoted(c)}`,
    (a, b, c) => `| stats last(${name(a)}) as ${name(b)}, count_if(${name(a)}:${quoted(c)}) as n | fields ${name(b)}`,
    (a, b, c) => `| top 5 ${name(a)} | eval ${name(b)} = replace(${name(a)}, ${quoted(c)}, "") | limit 5`,
    (a, b, c) =>
      `| parse ${quoted(`${c.replaceAll('*', '')}*`)} from ${name(a)} as ${name(b)} | dedup ${name(b)} | fields -${name(b)}`,
  ];
  const hostile = fc.oneof(
    fc.constantFrom(
      "'",
      '`',
      '{p0:String}',
      "'; DROP TABLE logs; --",
      ') OR 1=1 --',
      '\\',
      '\0',
      '/*',
      '*/',
      `$\{x}`,
      'c0',
      'events',
      'logs',
      '결제',
    ),
    fc.string({ minLength: 1 }),
  );
  // Names of columns mean something else by right.
  const own = hostile.map((text) => `x${text}`);
  for (const shape of shapes) {
    const expected = statementOf(shape('xa', 'xb', 'c')).text;
    fc.assert(
      fc.property(own, own, hostile, (a, b, c) => {
        fc.pre(a !== b);
        expect(statementOf(shape(a, b, c)).text).toBe(expected);
      }),
      { numRuns: 300 },
    );
  }
});

test('hostile names and texts run in the store and change nothing', async () => {
  for (const evil of ["'", '\\', '`', '{p0:String}', "'; DROP TABLE logs; --", 'a\0b', '"', '/*', '\n', "\\'"]) {
    const name = `\`${evil.replace(/[\\`]/g, '\\$&')}\``;
    const text = `"${evil.replace(/[\\"]/g, '\\$&')}"`;
    expect(await table(`| eval ${name} = ${text} | count by ${name}`)).toBe(`${evil},8`);
    expect(await table(`| stats count() as ${name} by ${name.replace('`', '`z')} | where ${name} > 0`)).toBe(',8');
    expect(await table(`| parse ${text.replaceAll('*', '').replace(/"$/, '*"')} as ${name} | count`)).toBe('8');
  }
});
