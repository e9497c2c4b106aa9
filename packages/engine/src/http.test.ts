import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  brotliCompressSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from './index.ts';

let dir: string;
let engine: Engine;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'moalog-engine-http-'));
  engine = await startEngine({ dataDir: dir, log: pino({ level: 'silent' }), readSessions: 2, maxWaiting: 2 });
  await ask('', 'CREATE TABLE t (a UInt64, b String) ENGINE = MergeTree ORDER BY a');
});
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true, force: true });
});

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly bytes: Buffer;
  readonly header: (name: string) => string | null;
}

/** One request of the raw interface; `url` is its query string. */
async function ask(
  url: string,
  body?: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Reply> {
  const secret = { 'X-ClickHouse-User': engine.username, 'X-ClickHouse-Key': engine.password };
  const response = await fetch(`${engine.url}/${url === '' ? '' : `?${url}`}`, {
    ...(body === undefined ? {} : { method: 'POST', body }),
    headers: { ...secret, ...headers },
    ...(signal === undefined ? {} : { signal }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, text: bytes.toString(), bytes, header: (name) => response.headers.get(name) };
}

/** curl leaves a compressed body as it came. */
const curl = (...args: string[]): Buffer =>
  execFileSync('curl', ['-s', '-u', `${engine.username}:${engine.password}`, ...args], { maxBuffer: 64 * 1024 ** 2 });

const q = encodeURIComponent;

describe('the secret', () => {
  it.each([
    ['none', {}, '', 401, '194'],
    ['a wrong one', { 'X-ClickHouse-User': 'moalog', 'X-ClickHouse-Key': 'no' }, '', 403, '516'],
    ['of nobody', {}, '&user=nobody&password=x', 403, '516'],
  ])('is wanted: %s', async (_, headers, more, status, code) => {
    const response = await fetch(`${engine.url}/?query=SELECT%201${more}`, { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-clickhouse-exception-code')).toBe(code);
    expect(await response.text()).toMatch(/^Code: \d+\. DB::Exception: .*\(version 2.*\)\n$/);
  });

  it('is taken from the URL and by Basic', async () => {
    expect(
      await (await fetch(`${engine.url}/?query=SELECT%201&user=${engine.username}&password=${engine.password}`)).text(),
    ).toBe('1\n');
    expect(curl(`${engine.url}/?query=SELECT%202`).toString()).toBe('2\n');
  });

  it('is not wanted to ping', async () => {
    for (const target of ['/ping', '/']) expect(await (await fetch(engine.url + target)).text()).toBe('Ok.\n');
    expect((await fetch(`${engine.url}/nothing`)).status).toBe(404);
  });
});

describe('a query', () => {
  it.each([
    ['in the URL', `query=${q('SELECT 1')}`, undefined, '1\n'],
    ['in the body', '', 'SELECT 1 FORMAT CSV', '1\n'],
    ['in both', `query=${q('SELECT 1,')}`, '2', '1\t2\n'],
    ['with default_format', 'default_format=JSONCompactEachRow', 'SELECT 1', '[1]\n'],
    ['with a parameter', 'param_x=a%5Ctb', 'SELECT {x:String}', 'a\\tb\n'],
    ['with a NUL byte in a parameter', 'param_x=a%00b', 'SELECT length({x:String})', '3\n'],
    ['with a long parameter', `param_x=${'%EA%B0%80'.repeat(60_000)}`, 'SELECT lengthUTF8({x:String})', '60000\n'],
    ['with a setting', 'max_threads=3', "SELECT getSetting('max_threads')", '3\n'],
    ['in a database', 'database=system', 'SELECT * FROM one', '0\n'],
    ['with Korean text', '', "SELECT '결제 실패'", '결제 실패\n'],
    ['that shows', '', "SHOW TABLES LIKE 't'", 't\n'],
    ['that explains', '', 'EXPLAIN SYNTAX SELECT 1', 'SELECT 1\nFROM system.one\n'],
    ['that ends with ;', '', 'SELECT 1;\n', '1\n'],
  ])('%s', async (_, url, body, expected) => {
    const reply = await ask(url, body);
    expect(reply.text).toBe(expected);
    expect(reply.status).toBe(200);
  });

  it('uses several threads in little memory', async () => {
    const plan = await ask('max_threads=2', 'EXPLAIN PIPELINE SELECT sum(number) FROM numbers_mt(100000000)');
    expect(plan.text).toContain('× 2');
  });

  it('says what it is', async () => {
    const reply = await ask('query_id=mine&default_format=JSON', 'SELECT number FROM numbers(10)');
    expect(reply.header('x-clickhouse-query-id')).toBe('mine');
    expect(reply.header('x-clickhouse-format')).toBe('JSON');
    expect(reply.header('x-clickhouse-timezone')).toBe('UTC');
    expect(reply.header('content-type')).toBe('application/json; charset=UTF-8');
    expect(JSON.parse(reply.header('x-clickhouse-summary') ?? '')).toMatchObject({
      read_rows: '10',
      result_rows: '10',
    });
  });

  it('only reads with GET', async () => {
    const reply = await ask(`query=${q('CREATE TABLE no (a Int8) ENGINE = Memory')}`);
    expect(reply.header('x-clickhouse-exception-code')).toBe('164');
  });

  it.each([
    ['SELECT', 400, '62', 'SYNTAX_ERROR'],
    ['SELECT * FROM nope', 404, '60', 'UNKNOWN_TABLE'],
    ['SELECT nope', 404, '47', 'UNKNOWN_IDENTIFIER'],
    ['SELECT nope()', 404, '46', 'UNKNOWN_FUNCTION'],
    ["SELECT toUInt8('x')", 400, '6', 'CANNOT_PARSE_TEXT'],
    ['SELECT 1 FORMAT Nope', 404, '73', 'UNKNOWN_FORMAT'],
    ['SELECT 1; SELECT 2', 400, '62', 'SYNTAX_ERROR'],
    ['', 400, '62', 'SYNTAX_ERROR'],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 500, '348', 'INTO_OUTFILE_NOT_ALLOWED'],
    [
      'SELECT sleepEachRow(0.1) FROM numbers(100) SETTINGS max_execution_time = 1, max_block_size = 1',
      408,
      '159',
      'TIMEOUT_EXCEEDED',
    ],
  ])('that fails: %s', async (sql, status, code, name) => {
    const reply = await ask('', sql);
    expect(reply.text).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: [\\s\\S]*\\(${name}\\) \\(version 2`));
    expect([reply.status, reply.header('x-clickhouse-exception-code')]).toEqual([status, code]);
  });

  it('that fails late has a status when the answer is wanted whole', async () => {
    const late = 'SELECT throwIf(number = 3000000) FROM numbers(10000000) SETTINGS max_block_size = 1000';
    expect((await ask('wait_end_of_query=1', late)).header('x-clickhouse-exception-code')).toBe('395');
    await expect(ask('', late)).rejects.toThrow();
  });

  it('is refused with 202 when too many wait, and the waiting ones are answered', async () => {
    const slow = (): Promise<Reply> => ask('', 'SELECT sleep(1)');
    const replies = await Promise.all(Array.from({ length: 6 }, slow));
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 200, 200, 200, 503, 503]);
    expect(replies.find((reply) => reply.status === 503)?.text).toMatch(
      /^Code: 202\. .*\(TOO_MANY_SIMULTANEOUS_QUERIES\)/,
    );
  });
});

describe('compression', () => {
  const rows = '1\tx\n2\ty\n';
  it.each([
    ['gzip', gzipSync(rows)],
    ['deflate', deflateSync(rows)],
    ['br', brotliCompressSync(rows)],
    ['zstd', zstdCompressSync(rows)],
  ])('of a body with %s', async (encoding, body) => {
    await ask('', 'TRUNCATE TABLE t');
    const reply = await ask(`query=${q('INSERT INTO t FORMAT TSV')}`, new Uint8Array(body), {
      'Content-Encoding': encoding,
    });
    expect(reply.text).toBe('');
    expect((await ask('', 'SELECT * FROM t ORDER BY a')).text).toBe(rows);
  });

  it('of a statement in the body', async () => {
    expect((await ask('', new Uint8Array(gzipSync('SELECT 5')), { 'Content-Encoding': 'gzip' })).text).toBe('5\n');
  });

  it('that is unknown or broken has a clear error', async () => {
    expect((await ask('', 'x', { 'Content-Encoding': 'rar' })).text).toMatch(/Unknown content encoding rar/);
    const broken = await ask('', 'x', { 'Content-Encoding': 'gzip' });
    expect([broken.status, broken.text]).toEqual([
      500,
      expect.stringMatching(/^Code: 354\. .*Cannot inflate the body/),
    ]);
    const insert = await ask(`query=${q('INSERT INTO t FORMAT TSV')}`, 'no gzip', { 'Content-Encoding': 'gzip' });
    expect(insert.status).toBeGreaterThanOrEqual(400);
    expect((await ask('compress=1', 'SELECT 1')).status).toBe(501);
  });

  it.each([
    ['gzip', gunzipSync],
    ['deflate', inflateSync],
    ['zstd', zstdDecompressSync],
  ])('of an answer with %s, small and large', (encoding, inflate) => {
    for (const rowCount of [3, 300_000]) {
      const url = `${engine.url}/?enable_http_compression=1&query=${q(`SELECT number FROM numbers(${rowCount})`)}`;
      const text = inflate(curl('-H', `Accept-Encoding: ${encoding}`, url)).toString();
      expect(text.split('\n')).toHaveLength(rowCount + 1);
    }
    const plain = curl('-H', `Accept-Encoding: ${encoding}`, `${engine.url}/?query=SELECT%201`);
    expect(plain.toString()).toBe('1\n');
  });

  it('with lz4: an answer can be sent back as a body', async () => {
    const select = q("SELECT number, 'x' FROM numbers(50000) FORMAT TSV");
    const frame = curl('-H', 'Accept-Encoding: lz4', `${engine.url}/?enable_http_compression=1&query=${select}`);
    expect(frame.readUInt32LE(0)).toBe(0x184d2204);
    await ask('', 'TRUNCATE TABLE t');
    await ask(`query=${q('INSERT INTO t FORMAT TSV')}`, new Uint8Array(frame), { 'Content-Encoding': 'lz4' });
    expect((await ask('', 'SELECT count(), sum(a) FROM t')).text).toBe('50000\t1249975000\n');
    expect((await ask('', 'x', { 'Content-Encoding': 'lz4' })).status).toBe(501);
  });
});

describe('an INSERT', () => {
  it.each([
    ['FORMAT CSV', '3,"x,y"\n', '3\tx,y\n'],
    ['FORMAT JSONEachRow', '{"a":4,"b":"한글"}\n', '4\t한글\n'],
    ['FORMAT TSV', '5\ta\\tb', '5\ta\\tb\n'],
    ['(b, a) FORMAT Values', "('z', 6), ('w', 7)", '6\tz\n7\tw\n'],
    ['(b, a) VALUES', "('z', 6), ('w', 7)", '6\tz\n7\tw\n'],
    ['SETTINGS max_insert_threads = 1 FORMAT CSVWithNames', 'b,a\nq,8\n', '8\tq\n'],
    ["SELECT length(l), l FROM input('l String') FORMAT LineAsString", 'abc\n', '3\tabc\n'],
  ])('%s: in the URL, in the body, and cut anywhere', async (clause, data, expected) => {
    const sql = `INSERT INTO t ${clause}`;
    const cut = data.length >> 1;
    for (const [url, body] of [
      [`query=${q(sql)}`, data],
      ['', `${sql}\n${data}`],
      [`query=${q(`${sql}\n${data.slice(0, cut)}`)}`, data.slice(cut)],
    ] as const) {
      await ask('', 'TRUNCATE TABLE t');
      const reply = await ask(url, body);
      expect(reply.text).toBe('');
      expect(reply.status).toBe(200);
      expect((await ask('', 'SELECT * FROM t ORDER BY a')).text).toBe(expected);
    }
  });

  it('whose statement and 20 MB of rows are one body', async () => {
    await ask('', 'TRUNCATE TABLE t');
    const row = `9\t${'x'.repeat(1_000)}\n`;
    const reply = await ask('', `INSERT INTO t FORMAT TSV\n${row.repeat(20_000)}`);
    expect(JSON.parse(reply.header('x-clickhouse-summary') ?? '{}').written_rows).toBe('20000');
  });

  it('with a bad row says which, and inserts nothing', async () => {
    await ask('', 'TRUNCATE TABLE t');
    const reply = await ask(`query=${q('INSERT INTO t FORMAT CSV')}`, '1,a\nx,b\n');
    expect(reply.status).toBe(400);
    expect(reply.text).toMatch(/^Code: 27\. .*\(at row 2\)/);
    expect((await ask('', 'SELECT count() FROM t')).text).toBe('0\n');
  });

  it('whose sender goes away inserts nothing', async () => {
    await ask('', 'TRUNCATE TABLE t');
    const abort = new AbortController();
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(Buffer.from('1\ta\n2\tb\n'));
        await wait(100);
        abort.abort();
      },
    });
    const sent = fetch(`${engine.url}/?query=${q('INSERT INTO t FORMAT TSV')}`, {
      method: 'POST',
      body,
      signal: abort.signal,
      headers: { Authorization: `Basic ${btoa(`${engine.username}:${engine.password}`)}` },
      duplex: 'half',
    } as RequestInit); // `duplex` is missing in the DOM's types.
    await expect(sent).rejects.toThrow();
    await wait(200);
    expect((await ask('', 'SELECT count() FROM t')).text).toBe('0\n');
  });
});
