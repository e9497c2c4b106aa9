import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ClickHouseError } from '@clickhouse/client';
import { type Engine, startEngine } from '@moalog/engine';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMigrations } from './migrate.ts';
import { openStore } from './open-store.ts';
import { storeError } from './store-error.ts';

const log = pino({ level: 'silent' });
let dir: string;
let engine: Engine;
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'moalog-store-'));
  engine = await startEngine({ dataDir: dir, log });
});
afterAll(async () => {
  await engine?.close();
  await rm(dir, { recursive: true, force: true });
});
const open = () =>
  openStore({
    url: engine.url,
    username: engine.username,
    password: engine.password,
    database: 'moalog',
    readsLocalFiles: true,
    retentionDays: 7,
    log,
  });

describe('opening the store', () => {
  it('creates database and tables, and records each migration once', async () => {
    await (await open()).close();
    const store = await open();
    const rows = await store.client.query({
      query: 'SELECT version, name FROM migrations ORDER BY version',
      format: 'JSONEachRow',
    });
    expect(await rows.json()).toEqual(readMigrations().map(({ version, name }) => ({ version, name })));
    const tables = await store.client.query({
      query: 'SELECT name FROM system.tables WHERE database = currentDatabase()',
      format: 'JSONEachRow',
    });
    expect((await tables.json<{ name: string }>()).map((table) => table.name)).toEqual(
      expect.arrayContaining(['logs', 'logs_10s']),
    );
    expect(store.unavailable()).toBeNull();
    expect(store.retentionDays).toBe(7);
    await store.close();
  });

  it('refuses a store that a newer program wrote, naming both versions', async () => {
    const store = await open();
    await store.client.insert({
      table: 'migrations',
      values: [{ version: 9_999, name: '9999-future' }],
      format: 'JSONEachRow',
    });
    await expect(open()).rejects.toThrow(/9999.*9999-future.*up to \d+/);
    await store.close();
  });
});

describe('migrations', () => {
  it('are numbered from 1 without a gap', () => {
    expect(readMigrations().map((migration) => migration.version)).toEqual(
      readMigrations().map((_, index) => index + 1),
    );
  });
});

describe('errors of the store', () => {
  const clickHouse = (code: string) => new ClickHouseError({ message: 'what it says', code, type: 'SOME_TYPE' });
  it.each([
    ['159', 'query_time_limit'],
    ['160', 'query_time_limit'],
    ['241', 'query_memory_limit'],
    ['202', 'too_many_queries'],
    ['252', 'engine_unavailable'],
    ['243', 'disk_full'],
    ['62', 'query_failed'],
  ])('ClickHouse %s is %s and keeps its cause', (number, code) => {
    const error = clickHouse(number);
    expect(storeError(error)).toMatchObject({ code, cause: error });
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE'])('%s is engine_unavailable', (code) => {
    expect(storeError(Object.assign(new Error('socket'), { code }))).toMatchObject({
      code: 'engine_unavailable',
      retryAfterS: 2,
    });
  });
});
