import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from '@clickhouse/client';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Engine, EngineStartError, isEngineUnavailable, startEngine } from './index.ts';

let dir: string;
let engine: Engine | undefined;

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'moalog-engine-life-'));
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  await rm(dir, { recursive: true, force: true });
});

const start = async (): Promise<Engine> => {
  engine = await startEngine({ dataDir: dir, log: pino({ level: 'silent' }) });
  return engine;
};
const clientOf = (of: Engine) =>
  createClient({ url: of.url, username: of.username, password: of.password, log: { level: 127 } });

function killEngine(of: Engine): void {
  const pid = of.pid();
  if (pid === undefined) throw new Error('the engine has no process');
  process.kill(pid, 'SIGKILL');
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A process that ended and was not waited for yet still answers.
    return !/^Z/.test(
      execFileSync('ps', ['-o', 'stat=', '-p', String(pid)])
        .toString()
        .trim(),
    );
  } catch {
    return false;
  }
};

it('starts in less than 3 s, and closes cleanly', async () => {
  const startedAt = Date.now();
  const one = await start();
  expect(one.state()).toBe('ready');
  expect(Date.now() - startedAt).toBeLessThan(3_000);
  expect(one.residentBytes()).toBeGreaterThan(50 * 1024 ** 2);
  const pid = one.pid() ?? 0;
  await one.close();
  expect(one.state()).toBe('stopped');
  expect(isAlive(pid)).toBe(false);
});

it('is restarted after kill -9 in the middle of inserts; each INSERT is there whole or not at all', async () => {
  const one = await start();
  let restarts = 0;
  one.onRestart(() => restarts++);
  const client = clientOf(one);
  await client.command({ query: 'CREATE TABLE t (batch UInt32, n UInt32) ENGINE = MergeTree ORDER BY n' });
  const acknowledged = new Set<number>();
  let batch = 0;
  for (let round = 1; round <= 3; round++) {
    const inserts = Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 6; i++) {
        const id = ++batch;
        await client.command({
          query: 'INSERT INTO t SELECT {id:UInt32}, number FROM numbers(50000)',
          query_params: { id },
        });
        acknowledged.add(id);
      }
    });
    const settled = Promise.allSettled(inserts);
    await wait(20 + round * 15);
    killEngine(one);
    for (const result of await settled)
      if (result.status === 'rejected') expect(isEngineUnavailable(result.reason)).toBe(true);
    const downAt = Date.now();
    for (;;) {
      try {
        const counts = await client.query({
          query: 'SELECT batch, count() AS n FROM t GROUP BY batch',
          format: 'JSONEachRow',
          clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
        });
        const found = new Map((await counts.json<{ batch: number; n: number }>()).map((row) => [row.batch, row.n]));
        expect([...acknowledged].filter((id) => !found.has(id))).toEqual([]);
        expect([...found.values()].filter((n) => n !== 50_000)).toEqual([]);
        break;
      } catch (error) {
        if (!isEngineUnavailable(error)) throw error;
        expect(Date.now() - downAt).toBeLessThan(5_000);
        await wait(20);
      }
    }
  }
  expect(one.restarts()).toBe(3);
  expect(restarts).toBe(3);
  expect(one.state()).toBe('ready');
  await client.close();
});

it('answers 503 in ClickHouse’s form while its process is away', async () => {
  const one = await start();
  killEngine(one);
  const statuses = new Set<string>();
  for (const until = Date.now() + 5_000; Date.now() < until && !statuses.has('200'); await wait(5)) {
    const reply = await fetch(`${one.url}/?query=SELECT%201&user=${one.username}&password=${one.password}`).catch(
      () => null,
    );
    statuses.add(reply === null ? 'refused' : String(reply.status));
    if (reply?.status === 503) expect(await reply.text()).toMatch(/^Code: 236\. DB::Exception: .*\(ABORTED\)/);
    else await reply?.text();
  }
  expect(statuses).toContain('503');
  expect(statuses).toContain('200');
});

it('says that another one uses the directory', async () => {
  await start();
  await expect(startEngine({ dataDir: dir, log: pino({ level: 'silent' }) })).rejects.toThrow(EngineStartError);
  await expect(startEngine({ dataDir: dir, log: pino({ level: 'silent' }) })).rejects.toThrow(
    /another process uses this directory/,
  );
});

it('lets an INSERT finish and ends queries when it is closed', async () => {
  const one = await start();
  const client = clientOf(one);
  await client.command({ query: 'CREATE TABLE t (n UInt64) ENGINE = MergeTree ORDER BY n' });
  const query = client.query({
    query: 'SELECT sleepEachRow(0.05) FROM numbers(10000) SETTINGS max_block_size = 1',
    format: 'CSV',
  });
  const insert = client.command({
    query: 'INSERT INTO t SELECT number + sleepEachRow(0.01) FROM numbers(100) SETTINGS max_block_size = 10',
  });
  const ends = Promise.allSettled([query, insert]);
  await wait(300);
  await one.close();
  const [queried, inserted] = await ends;
  expect(queried?.status).toBe('rejected');
  expect(inserted?.status).toBe('fulfilled');
  await client.close();
  const again = clientOf(await start());
  const count = await again.query({ query: 'SELECT count() AS n FROM t', format: 'CSV' });
  expect(await count.text()).toBe('100\n');
  await again.close();
});

it('ends with its parent, even by kill -9, and the next one starts at once', async () => {
  const script = path.join(dir, 'parent.ts');
  const index = new URL('./index.ts', import.meta.url).href;
  const data = path.join(dir, 'data');
  await writeFile(
    script,
    `import { startEngine } from ${JSON.stringify(index)};\nconst log = { info() {}, error() {} } as never;\nconst e = await startEngine({ dataDir: ${JSON.stringify(data)}, log });\nprocess.send?.(e.pid());\nsetInterval(() => {}, 1000);\n`,
  );
  const parent = fork(script, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [pid] = (await once(parent, 'message')) as [number];
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  const next = await startEngine({ dataDir: data, log: pino({ level: 'silent' }) });
  expect(isAlive(pid)).toBe(false);
  await next.close();
});
