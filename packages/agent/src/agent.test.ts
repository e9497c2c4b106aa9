import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Agent } from './agent.ts';
import { readConfig } from './config/config.ts';
import { StandInServer } from './server-under-test.ts';

let directory: string;
let server: StandInServer;
let agents: Agent[];

beforeEach(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'moalog-agent-'));
  mkdirSync(path.join(directory, 'logs'));
  server = await StandInServer.start();
  agents = [];
});
afterEach(async () => {
  await Promise.all(agents.map((agent) => agent.stop()));
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const log = (name: string): string => path.join(directory, 'logs', name);
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => `2026-01-01 00:00:00 line ${from + i}\n`).join('');
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const arrived = (): number[] =>
  server
    .lines()
    .map((line) => Number(/line (\d+)/.exec(line)?.[1]))
    .sort((a, b) => a - b);

async function start(source: object = {}, more: object = {}): Promise<Agent> {
  const config = readConfig({
    server: server.url,
    key: 'secret',
    stateDir: path.join(directory, 'state'),
    sources: [{ paths: [log('*.log')], ...source }],
    ...{ flushMs: 20, scanMs: 50, closeMs: 300, batchBytes: 4_096, restMs: 200, stopMs: 300 },
    ...more,
  });
  const agent = await Agent.start({ config, key: config.key ?? '', log: () => {} });
  agents.push(agent);
  return agent;
}

async function stop(agent: Agent): Promise<void> {
  agents = agents.filter((each) => each !== agent);
  await agent.stop();
}

test('lines that are there and lines that come arrive once, with the name of their file', async () => {
  writeFileSync(log('a.log'), lines(0, 500));
  await start({ service: 'web', labels: { team: 'shop' } });
  await server.untilLines(500);
  appendFileSync(log('a.log'), lines(500, 700));
  await server.untilLines(700);
  expect(arrived()).toEqual(numbers(0, 700));
  expect(JSON.parse(server.parameters[0]?.get('attributes') ?? '')).toEqual({
    team: 'shop',
    'log.file.path': log('a.log'),
  });
  expect(server.parameters[0]?.get('service')).toBe('web');
});

test('a line without its newline waits for it', async () => {
  writeFileSync(log('a.log'), `${lines(0, 2)}half of `);
  await start();
  await server.untilLines(2);
  appendFileSync(log('a.log'), 'line 2\n');
  await server.untilLines(3);
  expect(server.lines().at(-1)).toBe('half of line 2');
});

test('files that appear later are found, each inode once, also through links', async () => {
  await start();
  writeFileSync(log('a.log'), lines(0, 10));
  symlinkSync(log('a.log'), log('b.log'));
  await server.untilLines(10);
  writeFileSync(log('c.log'), lines(10, 20));
  await server.untilLines(20);
  expect(arrived()).toEqual(numbers(0, 20));
});

test('a file that is renamed is read to its end, its last line without newline included', async () => {
  writeFileSync(log('a.log'), lines(0, 10));
  await start();
  await server.untilLines(10);
  renameSync(log('a.log'), log('a.log.1'));
  appendFileSync(log('a.log.1'), lines(10, 20).trimEnd());
  writeFileSync(log('a.log'), lines(20, 30));
  await server.untilLines(30);
  expect(arrived()).toEqual(numbers(0, 30));
});

test('a file that is deleted while it is open is read to its end', async () => {
  writeFileSync(log('a.log'), lines(0, 10));
  await start();
  await server.untilLines(10);
  appendFileSync(log('a.log'), lines(10, 20));
  rmSync(log('a.log'));
  writeFileSync(log('a.log'), lines(20, 25));
  await server.untilLines(25);
  expect(arrived()).toEqual(numbers(0, 25));
});

test('a truncated file is read from its start, also when it has grown beyond the old place', async () => {
  writeFileSync(log('a.log'), lines(0, 10));
  await start();
  await server.untilLines(10);
  truncateSync(log('a.log'));
  await server.untilIdle();
  appendFileSync(log('a.log'), lines(10, 15));
  await server.untilLines(15);
  writeFileSync(log('a.log'), lines(100, 150));
  await server.untilLines(65);
  expect(arrived()).toEqual([...numbers(0, 15), ...numbers(100, 150)]);
});

test.each([
  ['outside the globs', '*.log'],
  ['within the globs', '*.log*'],
])('copytruncate: what was not read before the truncation is read from the copy, %s', async (_where, glob) => {
  writeFileSync(log('a.log'), lines(0, 10));
  await start({ paths: [log(glob)] });
  await server.untilLines(10);
  appendFileSync(log('a.log'), lines(10, 20));
  copyFileSync(log('a.log'), log('a.log.1'));
  truncateSync(log('a.log'));
  appendFileSync(log('a.log'), lines(20, 23));
  await server.untilLines(23);
  await server.untilIdle();
  expect(arrived()).toEqual(numbers(0, 23));
});

test('a copy beside a file that goes on is not sent again', async () => {
  writeFileSync(log('a.log'), lines(0, 10));
  await start();
  await server.untilLines(10);
  copyFileSync(log('a.log'), log('a-backup.log'));
  await server.untilIdle();
  appendFileSync(log('a.log'), lines(10, 12));
  await server.untilLines(12);
  expect(arrived()).toEqual(numbers(0, 12));
});

test('what happened to the files while the agent was away changes nothing', async () => {
  writeFileSync(log('a.log'), lines(0, 10));
  writeFileSync(log('b.log'), lines(100, 110));
  writeFileSync(log('c.log'), lines(200, 210));
  const first = await start();
  await server.untilLines(30);
  await stop(first);
  appendFileSync(log('a.log'), lines(10, 20));
  renameSync(log('a.log'), log('a.log.1'));
  writeFileSync(log('a.log'), lines(20, 30));
  appendFileSync(log('b.log'), lines(110, 120));
  writeFileSync(log('c.log'), lines(210, 212));
  await start();
  await server.untilLines(62);
  await server.untilIdle();
  expect(arrived()).toEqual([...numbers(0, 30), ...numbers(100, 120), ...numbers(200, 212)]);
});

test('a batch whose answer was lost is sent again as it was, and stored once', async () => {
  writeFileSync(log('a.log'), lines(0, 10));
  server.tearAnswers(3);
  await start();
  await server.untilLines(10);
  appendFileSync(log('a.log'), lines(10, 20));
  await server.untilLines(20);
  expect(arrived()).toEqual(numbers(0, 20));
  expect(server.repeated).toBeGreaterThan(0);
});

test('after a crash between sending and its answer the same bytes go out under the same batch id', async () => {
  writeFileSync(log('a.log'), lines(0, 10));
  server.holdAnswers();
  const first = await start();
  await server.untilLines(10);
  await server.dropConnections();
  const stopped = stop(first);
  appendFileSync(log('a.log'), lines(10, 20));
  await stopped;
  server.answerAgain();
  await start();
  await server.untilLines(20);
  expect(arrived()).toEqual(numbers(0, 20));
  expect(server.repeated).toBeGreaterThan(0);
});

test.each([429, 503, 507])('%i is waited out, and nothing is lost', async (status) => {
  server.refuse([{ status, retryAfter: '0' }, { status, retryAfter: '0' }, { status }]);
  writeFileSync(log('a.log'), lines(0, 300));
  await start();
  await server.untilLines(300);
  expect(arrived()).toEqual(numbers(0, 300));
});

test('an unknown key is said and tried again, without losing or holding lines', async () => {
  server.refuse(Array.from({ length: 2 }, () => ({ status: 401 })));
  writeFileSync(log('a.log'), lines(0, 10));
  const agent = await start();
  await server.untilLines(10);
  expect(arrived()).toEqual(numbers(0, 10));
  expect(Object.values(agent.status().sources)[0]).toMatchObject({ eventsSent: 10, lostBytes: 0 });
});

test('files that are there at the first start may be passed over', async () => {
  writeFileSync(log('a.log'), lines(0, 10));
  await start({ startAt: 'end' });
  await server.untilIdle();
  appendFileSync(log('a.log'), lines(10, 12));
  writeFileSync(log('b.log'), lines(12, 14));
  await server.untilLines(4);
  expect(arrived()).toEqual([10, 11, 12, 13]);
});

test('a thousand files are followed', async () => {
  for (let i = 0; i < 1_000; i++) writeFileSync(log(`${i}.log`), lines(i, i + 1));
  await start();
  await server.untilLines(1_000);
  for (let i = 0; i < 1_000; i += 100) appendFileSync(log(`${i}.log`), lines(1_000 + i, 1_001 + i));
  await server.untilLines(1_010);
  expect(new Set(arrived()).size).toBe(1_010);
});
