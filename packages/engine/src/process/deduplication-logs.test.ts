import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@clickhouse/client';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { type Engine, startEngine } from '../index.ts';
import { repairDeduplicationLogs } from './deduplication-logs.ts';

test('only entries whose part, or what it was merged into, is not there are taken out', () => {
  const store = mkdtempSync(path.join(tmpdir(), 'moalog-dedup-'));
  const table = path.join(store, 'store/abc/abc-1');
  mkdirSync(path.join(table, 'deduplication_logs'), { recursive: true });
  for (const part of ['20261120_1_4_1', '20261121_5_5_0', 'tmp_insert_20261120_6_6_0', 'detached'])
    mkdirSync(path.join(table, part));
  const log = path.join(table, 'deduplication_logs/deduplication_log_1.txt');
  const lines = [
    '1\t20261120_2_2_0\ta',
    '1\t20261121_5_5_0\tb',
    '1\t20261120_6_6_0\tlost',
    '1\t20261121_2_2_0\tother partition',
    '2\t20261120_9_9_0\tdropped',
    '1\t20261121_5',
  ];
  writeFileSync(log, lines.join('\n'));
  expect(repairDeduplicationLogs(store)).toBe(3);
  expect(readFileSync(log, 'utf8')).toBe('1\t20261120_2_2_0\ta\n1\t20261121_5_5_0\tb\n2\t20261120_9_9_0\tdropped\n');
  expect(repairDeduplicationLogs(store)).toBe(0);
  rmSync(store, { recursive: true });
});

test('an insert whose part was lost between the log and its place is taken again, one that is there is not', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'moalog-dedup-'));
  const log = pino({ level: 'silent' });
  const clientOf = ({ url, username, password }: Engine) => createClient({ url, username, password });
  const insert = async (client: ReturnType<typeof createClient>, token: string) =>
    client.command({
      query: 'INSERT INTO t SELECT number FROM numbers(10)',
      clickhouse_settings: { insert_deduplication_token: token, insert_deduplicate: 1 },
    });
  const count = async (client: ReturnType<typeof createClient>) =>
    (await client.query({ query: 'SELECT count() FROM t', format: 'CSV' })).text();

  const first = await startEngine({ dataDir, log });
  const client = clientOf(first);
  await client.command({
    query: 'CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = 100',
  });
  await insert(client, 'kept');
  await insert(client, 'lost');
  const { data } = await (
    await client.query({
      query: "SELECT name, path FROM system.parts WHERE table = 't' AND active ORDER BY name",
      format: 'JSON',
    })
  ).json<{ name: string; path: string }>();
  await client.close();
  await first.close();
  // What kill -9 leaves when it comes between the two steps: the entry without the part.
  rmSync(data[1]?.path ?? '', { recursive: true });

  const second = await startEngine({ dataDir, log });
  const again = clientOf(second);
  expect(await count(again)).toBe('10\n');
  await insert(again, 'kept');
  await insert(again, 'lost');
  expect(await count(again)).toBe('20\n');
  await again.close();
  await second.close();
  rmSync(dataDir, { recursive: true, force: true });
});
