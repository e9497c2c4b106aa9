import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Client } from '@elastic/elasticsearch';
import { missing, startServer, type TestServer } from '@moalog/testkit';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: TestServer;
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-clients-'));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const messages = async (query: string): Promise<string[]> =>
  (await server.search({ query, limit: 1_000 })).rows.map((row) => row.message ?? '');

test('pino, through the transport of the documentation', async () => {
  const transport = pino.transport({
    target: path.join(import.meta.dirname, 'pino-transport.mjs'),
    options: { url: server.url, key: server.key },
  });
  const log = pino({ base: { service: 'from-pino' } }, transport);
  for (let i = 0; i < 600; i++) log.info({ order: i, 고객: '김' }, `주문 ${i}`);
  log.error({ err: new Error('카드 거절') }, 'payment failed');
  transport.end();
  await once(transport, 'close');
  await server.waitForCount('service:from-pino', 601);
  const { rows } = await server.search({ query: 'service:from-pino level:error' });
  expect(rows).toMatchObject([
    { message: 'payment failed', attributes: { 'err.type': 'Error', 'err.message': '카드 거절' } },
  ]);
  expect((await server.search({ query: 'service:from-pino order:17' })).rows).toMatchObject([
    { level: 'info', message: '주문 17', attributes: { 고객: '김' } },
  ]);
  const documented = readFileSync(path.join(import.meta.dirname, 'pino-transport.mjs'), 'utf8');
  for (const page of ['pino.md', 'pino.ko.md'])
    expect(readFileSync(path.join(import.meta.dirname, '../../docs/senders', page), 'utf8')).toContain(documented);
});

test.skipIf(missing('curl'))('curl: lines, text, gzip, zstd, and the line that the start prints', async () => {
  const curl = (body: string | Buffer, ...args: string[]): void => {
    const file = path.join(dir, 'body');
    writeFileSync(file, body);
    const answer = execFileSync('curl', ['-sS', '--fail-with-body', `${server.url}/api/v1/ingest?service=from-curl`, '-H', `Authorization: Bearer ${server.key}`, '--data-binary', `@${file}`, ...args]); // biome-ignore format: one command
    expect(JSON.parse(answer.toString())).toMatchObject({ accepted: 1 });
  };
  curl('{"message":"curl ndjson","level":"warn"}\n', '-H', 'Content-Type: application/x-ndjson');
  curl('curl plain text\n', '-H', 'Content-Type: text/plain');
  curl(gzipSync('{"message":"curl gzip"}'), '-H', 'Content-Encoding: gzip');
  curl(zstdCompressSync('{"message":"curl zstd"}'), '-H', 'Content-Encoding: zstd');
  await server.waitForCount('service:from-curl', 4);
  expect((await messages('service:from-curl')).sort()).toEqual([
    'curl gzip',
    'curl ndjson',
    'curl plain text',
    'curl zstd',
  ]);
  const printed = /^\s*(curl .*)$/m.exec(server.output())?.[1];
  expect(printed).toBeDefined();
  const before = await server.count('');
  execFileSync('sh', ['-c', printed ?? 'false']);
  await server.waitForCount('', before + 1);
});

test('the bulk helper of @elastic/elasticsearch, with an item that is refused', async () => {
  const client = new Client({
    node: `${server.url}/elasticsearch`,
    auth: { username: 'moalog', password: server.key },
  });
  const documents = Array.from({ length: 2_000 }, (_, i) => ({ '@timestamp': new Date().toISOString(), message: `bulk ${i}`, service: { name: 'from-elastic' } })); // biome-ignore format: one list
  const report = await client.helpers.bulk({
    datasource: documents,
    flushBytes: 50_000,
    onDocument: () => ({ create: { _index: 'logs-shop-default' } }),
  });
  expect(report).toMatchObject({ total: 2_000, successful: 2_000, failed: 0 });
  const dropped: unknown[] = [];
  const refused = await client.helpers.bulk({
    datasource: [{ message: 'an update is no event' }],
    onDocument: () => [{ update: { _index: 'logs', _id: '1' } }, {}],
    onDrop: (document) => dropped.push(document.error),
    retries: 0,
  });
  expect(refused).toMatchObject({ successful: 0, failed: 1 });
  expect(dropped).toHaveLength(1);
  await client.close();
  await server.waitForCount('service:from-elastic', 2_000);
  const found = new Set(await messages('service:from-elastic'));
  const rest = await server.search({ query: 'service:from-elastic', limit: 1_000, order: 'asc' });
  for (const row of rest.rows) found.add(row.message ?? '');
  expect(found.size).toBe(2_000);
});

test.skipIf(missing('rsyslogd'))('rsyslog, through omelasticsearch', async () => {
  const log = path.join(dir, 'app.log');
  const conf = path.join(dir, 'rsyslog.conf');
  const { hostname, port } = new URL(server.url);
  writeFileSync(log, Array.from({ length: 300 }, (_, i) => `rsyslog line ${i} "따옴표"\n`).join(''));
  writeFileSync(
    conf,
    `global(workDirectory="${dir}")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="omelasticsearch")
template(name="event" type="list" option.json="on") { constant(value="{\\"service\\":\\"from-rsyslog\\",\\"message\\":\\"") property(name="msg") constant(value="\\"}") }
input(type="imfile" file="${log}" tag="app" freshStartTail="off")
action(type="omelasticsearch" server="http://${hostname}:${port}/elasticsearch" uid="moalog" pwd="${server.key}" template="event" searchIndex="system" bulkmode="on" errorfile="${dir}/errors" action.resumeRetryCount="-1")
`,
  );
  const daemon = spawn('/usr/sbin/rsyslogd', ['-n', '-f', conf, '-i', path.join(dir, 'rsyslog.pid')], {
    stdio: 'ignore',
  });
  try {
    await server.waitForCount('service:from-rsyslog', 300);
  } finally {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
  }
  expect(new Set(await messages('service:from-rsyslog')).size).toBe(300);
  expect(await messages('service:from-rsyslog "line 299"')).toEqual(['rsyslog line 299 "따옴표"']);
});
