import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from './index.ts';

let dir: string;
let engine: Engine;
let client: ClickHouseClient;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'moalog-engine-'));
  engine = await startEngine({ dataDir: dir, log: pino({ level: 'silent' }) });
  client = clientOf();
});
afterAll(async () => {
  await client.close();
  await engine.close();
  await rm(dir, { recursive: true, force: true });
});

const clientOf = (more: object = {}): ClickHouseClient =>
  createClient({ url: engine.url, username: engine.username, password: engine.password, log: { level: 127 }, ...more });

async function rows<T>(query: string, more: object = {}): Promise<T[]> {
  const result = await client.query({ query, format: 'JSONEachRow', ...more });
  return result.json<T>();
}

const running = async (id: string): Promise<number> => {
  const [row] = await rows<{ n: string }>(
    "SELECT toString(count()) AS n FROM system.processes WHERE Settings['log_comment'] = {id:String}",
    { query_params: { id } },
  );
  return Number(row?.n);
};

/** Waits until a condition holds; fails after 10 s. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await condition()) return;
    await wait(50);
  }
  throw new Error('it did not happen in 10 s');
}

/** A statement that answers slowly for minutes. */
const SLOW = 'SELECT sleepEachRow(0.01) FROM numbers(100000) SETTINGS max_block_size = 5';

describe('@clickhouse/client', () => {
  it('pings', async () => {
    expect(await client.ping()).toEqual({ success: true });
    expect(await client.ping({ select: true })).toEqual({ success: true });
  });

  it('binds parameters of all types', async () => {
    const query_params = {
      text: 'it\'s\n\t\\ "한글"',
      number: 1.5,
      list: ["a'b", 'c\\'],
      map: { k: 'v' },
      nothing: null,
      when: new Date('2026-01-02T03:04:05.678Z'),
      flag: true,
      name: 'one',
      big: 18446744073709551615n,
    };
    const sql = `SELECT {text:String} AS text, {number:Float64} AS number, {list:Array(String)} AS list, {map:Map(String,String)} AS map, {nothing:Nullable(String)} AS nothing,
      toString({when:DateTime64(3)}) AS when, {flag:Bool} AS flag, toString({big:UInt64}) AS big FROM system.{name:Identifier}`;
    expect(await rows(sql, { query_params })).toEqual([
      {
        text: query_params.text,
        number: 1.5,
        list: ["a'b", 'c\\'],
        map: { k: 'v' },
        nothing: null,
        when: '2026-01-02 03:04:05.678',
        flag: true,
        big: '18446744073709551615',
      },
    ]);
  });

  it.each([
    'JSON',
    'JSONCompact',
    'JSONObjectEachRow',
    'JSONEachRow',
    'JSONCompactEachRowWithNamesAndTypes',
    'CSVWithNames',
    'TabSeparatedWithNamesAndTypes',
    'Pretty',
    'XML',
  ] as const)('streams %s with one head and one foot', async (format) => {
    const result = await client.exec({
      query: `SELECT number AS n FROM numbers(300000) FORMAT ${format}`,
      clickhouse_settings: { max_block_size: '1000', output_format_pretty_max_rows: '1000000' },
    });
    const chunks: Buffer[] = [];
    for await (const chunk of result.stream) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString();
    expect(body.match(/299999/g)?.length ?? 0).toBeGreaterThan(0);
    if (format === 'JSON') expect(JSON.parse(body).rows).toBe(300_000);
    if (format === 'CSVWithNames') expect(body.match(/"n"/g)).toHaveLength(1);
  });

  it('reads Parquet that it wrote', async () => {
    await client.command({ query: 'CREATE TABLE parquet_copy (n UInt64, s String) ENGINE = MergeTree ORDER BY n' });
    const { stream } = await client.exec({
      query: 'SELECT number AS n, toString(number) AS s FROM numbers(100000) FORMAT Parquet',
    });
    await client.insert({ table: 'parquet_copy', values: stream as Readable, format: 'Parquet' });
    expect(
      await rows('SELECT sum(n) = sum(toUInt64(s)) AS same, toUInt32(count()) AS copied FROM parquet_copy'),
    ).toEqual([{ same: 1, copied: 100_000 }]);
  });

  it('inserts values and streams, and tells how many rows were written', async () => {
    await client.command({ query: 'CREATE TABLE inserts (a UInt64, b String) ENGINE = MergeTree ORDER BY a' });
    const first = await client.insert({ table: 'inserts', values: [{ a: 1, b: "q'\n" }], format: 'JSONEachRow' });
    expect(first.summary?.written_rows).toBe('1');
    const lines = Readable.from(
      (function* () {
        for (let i = 2; i <= 20_001; i++) yield { a: i, b: 'x' };
      })(),
    );
    const second = await client.insert({ table: 'inserts', values: lines, format: 'JSONEachRow' });
    expect(second.summary?.written_rows).toBe('20000');
    const third = await client.command({
      query: 'INSERT INTO inserts SELECT number, toString(number) FROM numbers(10)',
    });
    expect(third.summary?.written_rows).toBe('10');
    expect(
      await rows("SELECT toUInt32(count()) AS n, any(b) FILTER (WHERE a = 1 AND b != '1') AS b FROM inserts"),
    ).toEqual([{ n: 20_011, b: "q'\n" }]);
  });

  it('inserts through input()', async () => {
    await client.command({ query: 'CREATE TABLE through_input (n UInt64, line String) ENGINE = MergeTree ORDER BY n' });
    await client.command({
      query:
        "INSERT INTO through_input SELECT length(line), upper(line) FROM input('line String') FORMAT LineAsString\nab\ncde\n",
    });
    expect(await rows('SELECT line FROM through_input ORDER BY n')).toEqual([{ line: 'AB' }, { line: 'CDE' }]);
  });

  it('compresses both ways', async () => {
    const compressing = clientOf({ compression: { request: true, response: true } });
    await compressing.command({ query: 'CREATE TABLE compressed (a UInt64) ENGINE = MergeTree ORDER BY a' });
    await compressing.insert({
      table: 'compressed',
      values: Array.from({ length: 5_000 }, (_, a) => ({ a })),
      format: 'JSONEachRow',
    });
    const result = await compressing.query({ query: 'SELECT a FROM compressed ORDER BY a', format: 'JSONEachRow' });
    expect(result.response_headers['content-encoding']).toBe('gzip');
    expect(await result.json()).toHaveLength(5_000);
    await compressing.close();
  });

  it('keeps a session for those who ask for one', async () => {
    const session = clientOf({ session_id: 'tests' });
    await session.command({ query: 'CREATE TEMPORARY TABLE mine (a UInt8)' });
    await session.insert({ table: 'mine', values: [{ a: 7 }], format: 'JSONEachRow' });
    const result = await session.query({ query: 'SELECT a FROM mine', format: 'JSONEachRow' });
    expect(await result.json()).toEqual([{ a: 7 }]);
    await expect(rows('SELECT a FROM mine')).rejects.toMatchObject({ code: '60' });
    await session.close();
  });

  it('gives an error with its number and type', async () => {
    await expect(rows('SELECT * FROM nope')).rejects.toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' });
    await expect(rows('SELEC 1')).rejects.toMatchObject({ code: '62' });
    await expect(rows('SELECT 1', { clickhouse_settings: { nonsense: 1 } })).rejects.toMatchObject({ code: '115' });
  });
});

describe('settings', () => {
  it('of a request reach no other, with many at once', async () => {
    const ask = async (i: number): Promise<boolean> => {
      const threads = 1 + (i % 7);
      const own =
        i % 2 === 0
          ? { clickhouse_settings: { max_threads: threads }, query_params: { p: i } }
          : { query_params: { p: i } };
      const [row] = await rows<{ t: string; p: number }>(
        "SELECT toString(getSetting('max_threads')) AS t, {p:UInt32} AS p",
        own,
      );
      return row?.p === i && (i % 2 === 0 ? row.t === String(threads) : row.t === String(plain));
    };
    const plain = (await rows<{ t: string }>("SELECT toString(getSetting('max_threads')) AS t"))[0]?.t;
    const answers = await Promise.all(Array.from({ length: 400 }, (_, i) => ask(i)));
    expect(answers.filter((isRight) => !isRight)).toEqual([]);
    await expect(rows('SELECT {p:UInt32}')).rejects.toMatchObject({ code: '456' });
  });

  it('that fail leave nothing behind', async () => {
    await expect(rows('SELECT 1', { clickhouse_settings: { readonly: '1', nonsense: 1 } })).rejects.toThrow();
    await client.command({ query: 'CREATE TABLE still_writable (a UInt8) ENGINE = Memory' });
  });

  it('limit time and memory of a query', async () => {
    await expect(
      rows('SELECT sum(sipHash64(number)) FROM numbers(100000000000)', {
        clickhouse_settings: { max_execution_time: 1 },
      }),
    ).rejects.toMatchObject({ code: '159' });
    await expect(
      rows('SELECT uniqExact(number) FROM numbers(100000000)', {
        clickhouse_settings: { max_memory_usage: '30000000', max_bytes_before_external_group_by: '0' },
      }),
    ).rejects.toMatchObject({ code: '241' });
  });
});

describe('a large answer', () => {
  it('is streamed with bounded memory to a slow reader', async () => {
    const { stream } = await client.exec({
      query: 'SELECT number, toString(number) AS s FROM numbers(8000000) FORMAT JSONEachRow',
    });
    const before = engine.residentBytes();
    let bytes = 0;
    let chunks = 0;
    let peak = 0;
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      if (chunks++ % 200 === 0) {
        await wait(10);
        peak = Math.max(peak, engine.residentBytes());
      }
    }
    expect(bytes).toBeGreaterThan(250_000_000);
    expect(peak - before).toBeLessThan(150 * 1024 ** 2);
  });

  it('that fails in the middle ends with the error', async () => {
    const query = 'SELECT throwIf(number = 3000000) AS x FROM numbers(10000000) SETTINGS max_block_size = 1000';
    const result = await client.query({ query, format: 'JSONEachRow' });
    const read = async (): Promise<void> => {
      for await (const _ of result.stream()) {
        // Only the end matters.
      }
    };
    await expect(read()).rejects.toMatchObject({ code: '395' });
    const text = await client.query({ query, format: 'CSV' });
    await expect(text.text()).rejects.toThrow();
  });
});

describe('cancelling', () => {
  it('ends the query of a client that goes away', async () => {
    const abort = new AbortController();
    const query = rows(SLOW, { query_id: 'goes-away', abort_signal: abort.signal });
    query.catch(() => {});
    await until(async () => (await running('goes-away')) === 1);
    abort.abort();
    await expect(query).rejects.toThrow();
    await until(async () => (await running('goes-away')) === 0);
  });

  it('by KILL QUERY answers the killed query and the killer', async () => {
    const query = rows(SLOW, { query_id: 'to-kill' });
    query.catch(() => {});
    await until(async () => (await running('to-kill')) === 1);
    await client.command({ query: "KILL QUERY WHERE query_id = 'to-kill' SYNC" });
    await expect(query).rejects.toMatchObject({ code: '394' });
    expect(await running('to-kill')).toBe(0);
  });
});

describe('many statements at once', () => {
  it('load while all places for queries are taken', async () => {
    await client.command({ query: 'CREATE TABLE beside (a UInt64) ENGINE = MergeTree ORDER BY a' });
    const busy = clientOf({ max_open_connections: 20 });
    const aborts = Array.from({ length: 8 }, () => new AbortController());
    const slow = aborts.map((abort) => busy.query({ query: SLOW, abort_signal: abort.signal }).catch(() => {}));
    await wait(300);
    const inserts = Array.from({ length: 6 }, (_, i) =>
      client.insert({
        table: 'beside',
        values: Array.from({ length: 1_000 }, (_, a) => ({ a: i * 1_000 + a })),
        format: 'JSONEachRow',
      }),
    );
    await Promise.all(inserts);
    for (const abort of aborts) abort.abort();
    await Promise.all(slow);
    expect(await rows('SELECT toUInt32(count()) AS n FROM beside')).toEqual([{ n: 6_000 }]);
    await busy.close();
  });
});
