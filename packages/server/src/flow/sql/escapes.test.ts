import type { SqlResponse } from '@moalog/contract';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '#access';
import { MoalogError } from '#errors';
import { createHttpServer } from '#http';
import { createMetrics } from '#metrics';
import { Rig } from '../load/rig.ts';
import { sqlRoutes } from './routes.ts';

/** The port, as `control` implements it: this caller may read `mine` and `shared`, not `theirs`. */
const access: Access = {
  authorize: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: 'mine' }),
  authorizeKey: async () => ({ id: 'test', scopes: new Set(['read'] as const), project: 'mine' }),
  projects: async (_caller, slugs) => {
    if (slugs.some((slug) => slug !== 'mine' && slug !== 'shared')) throw new MoalogError('forbidden', 'not yours');
    return slugs;
  },
  ingestProject: async () => ({ slug: 'mine' }),
};

let rig: Rig;
let app: FastifyInstance;

beforeAll(async () => {
  rig = await Rig.open();
  const line = (i: number, word: string) =>
    JSON.stringify({
      message: `${word} ${i}`,
      service: word,
      level: i % 4 === 0 ? 'error' : 'info',
      n: i,
      tags: ['a', 'b'],
    });
  const lines = (word: string, rows: number) => Array.from({ length: rows }, (_, i) => line(i, word));
  await rig.load(
    await rig.segment([
      { header: { project: 'mine' }, lines: lines('apple', 40) },
      { header: { project: 'theirs' }, lines: lines('hidden', 40) },
      { header: { project: 'shared' }, lines: lines('pear', 10) },
      { header: { project: 'mine', signal: 'spans' }, lines: ['{"name":"apple"}'] },
      { header: { project: 'theirs', signal: 'spans' }, lines: ['{"name":"hidden"}'] },
      { header: { project: 'mine', signal: 'metrics' }, lines: ['{"name":"apple"}'] },
      { header: { project: 'theirs', signal: 'metrics' }, lines: ['{"name":"hidden"}'] },
    ]),
  );
  const log = pino({ level: 'silent' });
  app = createHttpServer({ config: { requestTimeoutMs: 10_000 }, log });
  const config = { queryMaxMs: 10_000, queryMaxMemoryBytes: undefined, maxQueries: 32, memoryMaxBytes: 1024 ** 3 };
  await app.register(sqlRoutes({ store: rig.store, access, config, metrics: createMetrics() }));
}, 60_000);
afterAll(async () => {
  await app?.close();
  await rig?.close();
});

const ask = (sql: string, project: string | string[] = 'mine') =>
  app.inject({ method: 'POST', url: '/api/v1/sql', payload: { sql, project } });

async function rows(sql: string, project?: string | string[]): Promise<unknown[][]> {
  const answer = await ask(sql, project);
  expect(answer.body.slice(0, 500)).toContain('"rows"');
  return answer.json<SqlResponse>().rows;
}

const ESCAPES: readonly string[] = [
  // Files, addresses, other servers.
  "SELECT * FROM file('/etc/passwd', 'LineAsString', 'line String')",
  "SELECT file('/etc/passwd')",
  "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString', 'line String')",
  "SELECT * FROM urlCluster('c', 'http://127.0.0.1:1/', 'LineAsString')",
  "SELECT * FROM remote('127.0.0.1', 'moalog', 'logs')",
  "SELECT * FROM remoteSecure('127.0.0.1', 'moalog', 'logs')",
  "SELECT * FROM cluster('default', moalog.logs)",
  "SELECT * FROM clusterAllReplicas('default', system.one)",
  "SELECT * FROM s3('http://127.0.0.1:1/b/x.csv', 'CSV')",
  "SELECT * FROM gcs('http://127.0.0.1:1/b/x.csv', 'CSV')",
  "SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', 'CSV', 'a String')",
  "SELECT * FROM azureBlobStorage('x', 'c', 'b', 'CSV')",
  "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
  "SELECT * FROM postgresql('127.0.0.1:1', 'd', 't', 'u', 'p')",
  "SELECT * FROM sqlite('/var/lib/catalog.sqlite', 'keys')",
  "SELECT * FROM mongodb('127.0.0.1:1', 'd', 'c', 'u', 'p', 'a String')",
  "SELECT * FROM redis('127.0.0.1:1', 'k', 'k String, v String')",
  "SELECT * FROM jdbc('x', 'y')",
  "SELECT * FROM odbc('DSN=x', 'y')",
  "SELECT * FROM icebergLocal('/tmp')",
  "SELECT * FROM deltaLakeLocal('/tmp')",
  "SELECT * FROM executable('id', 'TSV', 'a String')",
  "SELECT * FROM filesystem('/')",
  "SELECT * FROM python('x')",
  "SELECT * FROM eval('SELECT 1')",
  "SELECT * FROM input('a String')",
  // The store's own tables and other projects.
  'SELECT * FROM system.tables',
  'SELECT * FROM "system"."query_log"',
  'SELECT * FROM `system`.`processes`',
  'SELECT * FROM SYSTEM.settings',
  'SELECT name FROM information_schema.tables',
  'SELECT * FROM INFORMATION_SCHEMA.COLUMNS',
  'SELECT * FROM default.anything',
  'SELECT * FROM migrations',
  'SELECT * FROM segment_frames',
  'SELECT * FROM logs_10s_feed',
  'SELECT * FROM moalog.segment_frames',
  'SELECT count() FROM logs UNION ALL SELECT count() FROM segment_frames',
  'SELECT 1 UNION ALL (SELECT count() FROM system.parts)',
  'SELECT (SELECT count() FROM system.one)',
  "SELECT 1 WHERE 'x' IN (SELECT name FROM system.databases)",
  "SELECT 1 WHERE 'x' IN system.databases",
  "SELECT 1 WHERE 'x' IN migrations",
  "SELECT 1 WHERE 'x' GLOBAL NOT IN `system`.`databases`",
  'SELECT 1 WHERE EXISTS (SELECT 1 FROM system.one)',
  'WITH system AS (SELECT 1) SELECT * FROM system.tables',
  'WITH t AS (SELECT * FROM system.tables) SELECT * FROM t',
  'WITH segment_frames AS (SELECT 1) SELECT * FROM segment_frames',
  'SELECT * FROM logs JOIN system.one ON 1 = 1',
  'SELECT * FROM (SELECT * FROM (SELECT * FROM system.users))',
  'SELECT * FROM view(SELECT * FROM system.one)',
  "SELECT * FROM merge('moalog', '.*')",
  "SELECT * FROM merge(REGEXP('.*'), 'logs')",
  'SELECT * FROM mergeTreeIndex(moalog, logs)',
  "SELECT * FROM mergeTreeProjection('moalog', 'logs', 'p')",
  'SELECT * FROM loop(moalog.logs)',
  "SELECT * FROM dictionary('d')",
  "SELECT * FROM format(CSV, '1')",
  'SELECT * FROM generateRandom()',
  "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))",
  'SELECT * FROM (EXPLAIN SELECT 1)',
  "SELECT dictGet('d', 'a', 1)",
  "SELECT dictGetOrNull('d', 'a', 1)",
  "SELECT joinGet('moalog.j', 'a', 1)",
  "SELECT hasColumnInTable('system', 'one', 'dummy')",
  // The server: settings, names, time.
  'SELECT count() FROM logs SETTINGS additional_table_filters = {}',
  "SELECT count() FROM (SELECT 1 FROM logs SETTINGS additional_table_filters = {'moalog.logs': '1'})",
  'SELECT 1 SETTINGS max_execution_time = 0',
  'SELECT 1 FORMAT JSONCompact SETTINGS readonly = 0',
  "SELECT getSetting('additional_table_filters')",
  "SELECT getServerSetting('max_connections')",
  "SELECT getMacro('replica')",
  'SELECT hostName(), FQDN(), serverUUID()',
  "SELECT getServerPort('tcp_port')",
  'SELECT filesystemAvailable()',
  'SELECT sleep(3)',
  'SELECT sleepEachRow(1) FROM numbers(3)',
  "SELECT addressToLine(1), demangle('x')",
  "SELECT catboostEvaluate('/etc/passwd', 1)",
  "SELECT aiGenerate('x')",
  'SELECT regionToName(1)',
  "SELECT __getScalar('x')",
  "SELECT logTrace('x')",
  'SELECT @@version',
  'SELECT {table:Identifier} FROM logs',
  'SELECT * FROM {t:Identifier}',
  // Other statements.
  'SET readonly = 0',
  'KILL QUERY WHERE 1',
  'DROP TABLE logs',
  'TRUNCATE TABLE logs',
  'ALTER TABLE logs DELETE WHERE 1',
  'INSERT INTO logs (message) VALUES (1)',
  "INSERT INTO FUNCTION file('/tmp/x', CSV) SELECT 1",
  'CREATE TABLE t (a Int8) ENGINE = Memory',
  'CREATE FUNCTION f AS (x) -> x',
  'ATTACH TABLE logs',
  'SYSTEM SHUTDOWN',
  'SHOW TABLES FROM system',
  'USE system',
  'GRANT ALL ON *.* TO x',
  "BACKUP TABLE logs TO File('/tmp/x')",
  'EXPLAIN SELECT * FROM system.one',
  'OPTIMIZE TABLE logs FINAL',
  'DESCRIBE TABLE system.tables',
  'WITH x AS (SELECT 1) INSERT INTO logs SELECT * FROM x',
  // The text itself.
  'SELECT 1; SELECT 2',
  'SELECT 1; DROP TABLE logs',
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  "SELECT 1 INTO OUTFILE '/tmp/x' FORMAT CSV",
  'SELECT 1) UNION ALL SELECT * FROM (SELECT 2',
  "SELECT 1) UNION ALL (SELECT * FROM file('/etc/passwd', 'LineAsString', 'explain String')",
  'SELECT/**/1/**/FROM/**/system/**/./**/one',
  'SELECT 1 --\n FROM system.one',
  'SELECT 1 # x\n FROM system.one',
  'SELECT\u00a01 FROM\u2003system.one',
  'SELECT * FROM sys\u200btem.one',
  'SELECT * FROM ｓｙｓｔｅｍ.one',
  'SELECT * FROM \u201csystem\u201d.\u201cone\u201d',
  'SELECT 1 AS `a\n TableIdentifier x` FROM system.one',
  "SELECT 1 AS `a\nSelectWithUnionQuery`, file('/etc/passwd')",
  "SELECT 'it''s', \\'x\\' FROM system.one",
  'SELECT $tag$ x $tag$ FROM system.one',
  'SELECT x FROM logs PREWHERE throwIf(1)',
  "SELECT 1 FROM logs prewhere message LIKE '%hidden%'",
  '',
  '   ',
  ';',
  '(((',
  'SELECT \u0000 FROM system.one',
];

describe('nothing leaves the projects of the caller', () => {
  test('the attempts below are many', () => expect(new Set(ESCAPES).size).toBeGreaterThan(100));

  test.each(ESCAPES)('%s', async (sql) => {
    const answer = await ask(sql);
    expect([answer.statusCode, answer.body]).toEqual([400, expect.stringMatching(/"code":"invalid_(query|request)"/)]);
    expect(answer.json<{ detail: string }>().detail.length).toBeGreaterThan(10);
    expect(answer.body).not.toMatch(/root:|hidden/);
  });

  test.each([
    'SELECT DISTINCT project FROM logs',
    'SELECT DISTINCT project FROM moalog.logs',
    'SELECT DISTINCT project FROM logs_10s',
    'SELECT DISTINCT project FROM spans',
    'SELECT DISTINCT project FROM metrics',
    'SELECT DISTINCT project FROM (SELECT project FROM spans UNION ALL SELECT project FROM metrics)',
    'SELECT DISTINCT s.project FROM spans AS s JOIN metrics AS m ON s.duration_ns = m.count',
    'SELECT min(project) FROM logs UNION DISTINCT SELECT max(project) FROM logs',
    'SELECT DISTINCT l.project FROM logs AS l JOIN logs AS r ON l.n != r.event_id OR 1',
    "WITH t AS (SELECT * FROM logs) SELECT DISTINCT project FROM t WHERE project = 'theirs' OR 1",
    'SELECT DISTINCT x FROM (SELECT project AS x FROM logs WHERE 1 OR project IN (SELECT project FROM logs))',
    'SELECT (SELECT any(project) FROM logs)',
    'SELECT DISTINCT project FROM logs WHERE 1 OR 1 = 1',
    'SELECT arrayJoin(groupUniqArray(project)) FROM logs',
  ])('sees the own project alone: %s', async (sql) => {
    const answer = await ask(sql.replace('l.n', 'l.event_id'));
    expect([answer.json<SqlResponse>().rows, answer.json<{ detail?: string }>().detail]).toEqual([
      [['mine']],
      undefined,
    ]);
  });

  test.each([
    "SELECT count() FROM logs WHERE throwIf(message LIKE 'hidden%') = 0",
    "SELECT count() FROM logs WHERE intDiv(1, message NOT LIKE 'hidden%') >= 0",
    "SELECT sumIf(1, NOT throwIf(service = 'hidden')) FROM logs",
    "SELECT count() FROM (SELECT * FROM logs) WHERE intDiv(1, service != 'hidden') = 1",
    "SELECT count() FROM logs AS a JOIN (SELECT 1 AS one) AS b ON b.one = intDiv(1, a.service != 'hidden')",
    "SELECT count() FROM logs GROUP BY intDiv(1, service != 'hidden')",
    "SELECT count() FROM logs WHERE level = 'info' AND toUInt8(if(service = 'hidden', 'x', '1')) = 1",
    "SELECT count() FROM logs ARRAY JOIN [1] AS one WHERE one = intDiv(1, service != 'hidden')",
    "SELECT countIf(intDiv(1, service != 'hidden') = 1) FROM logs",
    "SELECT 39 + countIf(intDiv(1, name != 'hidden') = 1) FROM spans",
    "SELECT 39 + count() FROM metrics WHERE intDiv(1, name != 'hidden') = 1",
  ])('no error tells about rows of others: %s', async (sql) => {
    const answer = await ask(sql);
    if (sql.includes('throwIf')) expect(answer.json<{ detail: string }>().detail).toContain('throwIf is not allowed');
    else expect(Number(answer.json<SqlResponse>().rows?.[0]?.[0])).toBeGreaterThanOrEqual(30);
  });

  test('other projects must be allowed, and several are read together', async () => {
    expect((await ask('SELECT 1', 'theirs')).statusCode).toBe(403);
    expect((await ask('SELECT 1', ['mine', 'theirs'])).statusCode).toBe(403);
    expect(await rows('SELECT project, count() FROM logs GROUP BY 1 ORDER BY 1', ['mine', 'shared'])).toEqual([
      ['mine', '40'],
      ['shared', '10'],
    ]);
  });
});

test('a statement that was checked before is asked within the projects of each request', async () => {
  const sql = 'SELECT DISTINCT project FROM logs ORDER BY 1';
  for (const project of ['mine', 'shared', 'mine']) expect(await rows(sql, project)).toEqual([[project]]);
  expect(await rows(sql, ['shared', 'mine'])).toEqual([['mine'], ['shared']]);
  for (const times of [1, 2]) expect((await ask('SELECT * FROM system.tables')).statusCode, `time ${times}`).toBe(400);
});

describe('analytics pass', () => {
  test.each<[string, unknown[][]]>([
    ['SELECT count() FROM logs', [['40']]],
    [
      "SELECT level, count() AS n FROM logs WHERE service = 'apple' GROUP BY level HAVING n > 5 ORDER BY n DESC LIMIT 1",
      [['info', '30']],
    ],
    [
      "WITH e AS (SELECT * FROM logs WHERE level = 'error'), t AS (SELECT count() AS n FROM logs) SELECT count() / any(t.n) FROM e CROSS JOIN t",
      [[0.25]],
    ],
    [
      "SELECT countIf(level = 'error'), uniqExact(service), quantile(0.5)(toFloat64OrZero(attributes['n'])) FROM logs",
      [['10', '1', 19.5]],
    ],
    [
      'SELECT max(r) FROM (SELECT row_number() OVER (PARTITION BY level ORDER BY event_id) AS r, lagInFrame(event_id) OVER w FROM logs WINDOW w AS (ORDER BY event_id))',
      [['30']],
    ],
    [
      'SELECT a.level, count() FROM logs AS a INNER JOIN logs AS b ON a.event_id = b.event_id AND a.level = b.level GROUP BY 1 ORDER BY 1',
      [
        ['error', '10'],
        ['info', '30'],
      ],
    ],
    [
      "SELECT tag, count() FROM logs ARRAY JOIN JSONExtract(attributes['tags'], 'Array(String)') AS tag GROUP BY tag ORDER BY tag",
      [
        ['a', '40'],
        ['b', '40'],
      ],
    ],
    [
      "SELECT JSONExtractInt('{\"a\":{\"b\":7}}', 'a', 'b'), arrayMap(x -> x * 2, [1, 2]), arraySum([1, 2])",
      [['7', [2, 4], '3']],
    ],
    ['SELECT CAST(\'{"a":{"b":7}}\', \'JSON\').a.b::String', [['7']]],
    [
      "SELECT multiIf(level = 'error', 'bad', 'good') AS s, CASE WHEN s = 'bad' THEN 1 ELSE 0 END AS c, count() FROM logs GROUP BY s, c ORDER BY s",
      [
        ['bad', 1, '10'],
        ['good', 0, '30'],
      ],
    ],
    [
      'SELECT n FROM (SELECT number AS n FROM numbers(5)) WHERE n IN (SELECT number FROM numbers(2)) ORDER BY n DESC',
      [['1'], ['0']],
    ],
    ['WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT sum(n) FROM t', [['6']]],
    ["SELECT replaceRegexpOne(message, '\\\\d+', '#') AS shape, count() FROM logs GROUP BY shape", [['apple #', '40']]],
    ['SELECT sum(events) FROM logs_10s', [['40']]],
    ['SELECT toStartOfInterval(received_at, INTERVAL 1 YEAR) > now() - INTERVAL 300 YEAR FROM logs LIMIT 1', [[1]]],
    [
      'SELECT level, count() FROM logs GROUP BY GROUPING SETS ((level), ()) ORDER BY count() LIMIT 1',
      [['error', '10']],
    ],
    [
      "SELECT 'a;b -- c', 'PREWHERE', 'SETTINGS {x}', 'system.one'",
      [['a;b -- c', 'PREWHERE', 'SETTINGS {x}', 'system.one']],
    ],
    ["SELECT 'line\nbreak', '결제'", [['line\nbreak', '결제']]],
    ['SELECT 1 EXCEPT SELECT 2', [[1]]],
    ['FROM logs SELECT count()', [['40']]],
    ['SELECT count() /* a comment */ FROM logs -- and another\n', [['40']]],
    ['SELECT count() FROM logs;', [['40']]],
    ['SELECT * EXCEPT (b) FROM (SELECT 1 AS a, 2 AS b)', [[1]]],
    ["SELECT COLUMNS('^a') APPLY(toString) FROM (SELECT 1 AS a, 2 AS b)", [['1']]],
    ['SELECT uniqMerge(s), sumOrNull(x) FROM (SELECT uniqState(1) AS s, 1 AS x)', [['1', '1']]],
    ["SELECT logs.level FROM moalog.logs WHERE moalog.logs.level = 'error' LIMIT 1", [['error']]],
  ])('%s', async (sql, expected) => {
    expect(await rows(sql)).toEqual(expected);
  });

  test('what is wrong is said in the words of the engine', async () => {
    expect((await ask('SELEC 1')).json<{ detail: string }>().detail).toMatch(/Syntax error/);
    const unknown = await ask('SELECT nothing_like_it FROM logs');
    expect([unknown.statusCode, unknown.json<{ detail: string }>().detail]).toEqual([
      400,
      expect.stringMatching(/nothing_like_it/),
    ]);
    expect((await ask('SELECT number FROM numbers(100001)')).json<{ code: string }>().code).toBe('query_memory_limit');
  });
});

describe("ClickHouse's HTTP dialect", () => {
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });
  test('takes the statement from address or body, and answers in the formats of clients', async () => {
    expect((await get('/clickhouse')).body).toBe('Ok.\n');
    expect((await get('/clickhouse/ping')).body).toBe('Ok.\n');
    expect((await get('/clickhouse?query=SELECT%20count()%20FROM%20logs')).body).toBe('40\n');
    const post = (payload: string, url = '/clickhouse') =>
      app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'text/plain' } });
    expect((await post('SELECT count() AS n FROM logs FORMAT CSVWithNames')).body).toBe('"n"\n40\n');
    const json = await post('SELECT count() AS n FROM logs', '/clickhouse?default_format=JSONEachRow&database=shared');
    expect([json.body, json.headers['content-type']]).toEqual(['{"n":10}\n', 'application/x-ndjson']);
    expect((await post('SELECT 1', '/clickhouse?database=theirs')).statusCode).toBe(403);
    expect((await post('SELECT 1 FORMAT Template')).statusCode).toBe(400);
  });
  test.each([
    'readonly=0',
    'max_execution_time=0',
    'additional_table_filters=%7B%7D',
    'param_x=1',
    'user=a&password=b',
    'allow_introspection_functions=1',
    'output_format_schema=/etc/passwd',
    'compress=1',
  ])('no setting lifts a limit: %s', async (setting) => {
    expect((await get(`/clickhouse?query=SELECT%201&${setting}`)).statusCode).toBe(400);
  });
});
