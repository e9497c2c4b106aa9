import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SetupLink, SetupPreview } from '@moalog/contract';
import { missing, startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const SCRIPTS = path.resolve(import.meta.dirname, '../../packages/server/src/control/bundles/scripts');

let server: TestServer;
let directory: string;
let running: ChildProcess | null = null;
beforeAll(async () => {
  server = await startServer();
  directory = mkdtempSync(path.join(tmpdir(), 'moalog-bundle-'));
});
afterAll(async () => {
  // The line's shell and what it started are a group of their own.
  if (running?.pid !== undefined) process.kill(-running.pid, 'SIGTERM');
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const post = (url: string, body: object): Promise<Response> =>
  server.request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const setUp = async (body: object): Promise<SetupLink> => {
  const response = await post('/api/v1/agent-setups', { project: 'default', ...body });
  expect(response.status).toBe(201);
  return (await response.json()) as SetupLink; // shape of the contract
};

test('the pasted line, run in an empty directory, tails a growing file into the store within five seconds', {
  timeout: 90_000,
}, async () => {
  const log = path.join(directory, 'shop.log');
  writeFileSync(log, 'first 결제\n');
  const made = await setUp({
    platform: `${process.platform}-${process.arch}`,
    paths: [log],
    service: 'shop',
    labels: { team: 'a' },
  });
  expect(made.hasRuntime).toBe(true);
  const line = made.command?.replace('| sudo sh', '| sh -s run') ?? '';
  expect(line).toMatch(/^curl -fsSL '.*install\.sh' \| sh -s run$/);
  const place = path.join(directory, 'place');
  mkdirSync(place);
  running = spawn('sh', ['-c', line], { cwd: place, stdio: 'inherit', detached: true });
  await server.waitForCount('service:shop', 1, 60_000);
  appendFileSync(log, 'second\n');
  const writtenAt = Date.now();
  await server.waitForCount('service:shop', 2, 5_000);
  expect(Date.now() - writtenAt).toBeLessThan(5_000);
  expect(readdirSync(path.join(place, 'moalog-agent'))).toEqual(
    expect.arrayContaining(['node', 'README.ko.md', 'key']),
  );
});

test.skipIf(missing('unzip'))('zip and tar hold the same files, and the key works for sending alone', async () => {
  const made = await setUp({ platform: 'win32-x64', paths: ['C:\\logs\\*.log'] });
  expect(made.command).toMatch(/^irm '.*install\.ps1' \| iex$/);
  for (const [name, url, unpack] of [
    ['a.zip', made.bundle.zip, ['unzip', '-q', 'a.zip', '-d', 'z']],
    ['a.tar.gz', made.bundle.tar, ['sh', '-c', 'mkdir t && tar -xzf a.tar.gz -C t']],
  ] as const) {
    writeFileSync(path.join(directory, name), Buffer.from(await (await fetch(url)).arrayBuffer()));
    execFileSync(unpack[0], unpack.slice(1), { cwd: directory });
  }
  const names = readdirSync(path.join(directory, 'z', 'moalog-agent'));
  expect(names).toEqual(expect.arrayContaining(['moalog-agent.ps1', 'moalog-agent.yaml', 'moalog-agent.mjs']));
  for (const name of names)
    expect(readFileSync(path.join(directory, 't', 'moalog-agent', name))).toEqual(
      readFileSync(path.join(directory, 'z', 'moalog-agent', name)),
    );
  const key = readFileSync(path.join(directory, 't', 'moalog-agent', 'key'), 'utf8').trim();
  const headers = { authorization: `Bearer ${key}` };
  expect((await fetch(`${server.url}/api/v1/ingest`, { method: 'POST', headers, body: 'x' })).status).toBe(202);
  expect((await fetch(`${server.url}/api/v1/fleet`, { headers })).status).toBe(403);
});

test('a preview holds no key, and a link that nobody made is none', async () => {
  const response = await post('/api/v1/agent-setups/preview', {
    project: 'default',
    agent: 'vector',
    paths: ['/x.log'],
  });
  const { files } = (await response.json()) as SetupPreview; // shape of the contract
  expect(files.map(({ name }) => name)).toEqual(['vector.yaml', 'README.md', 'README.ko.md']);
  expect(files[0]?.content).toContain('KEY');
  expect((await server.request('/api/v1/agent-setups/nothing/install.sh')).status).toBe(404);
});

test.skipIf(missing('shellcheck'))('shellcheck finds nothing in the scripts', async () => {
  const made = await setUp({ paths: ['/x.log'] });
  const address = /'(.*install\.sh)'/.exec(made.command ?? '')?.[1] ?? '';
  const generated = path.join(directory, 'install.sh');
  writeFileSync(generated, await (await fetch(address)).text());
  expect(existsSync(generated)).toBe(true);
  execFileSync('shellcheck', [path.join(SCRIPTS, 'moalog-agent.sh'), generated], { stdio: 'inherit' });
});

test.skipIf(missing('rsyslogd'))('rsyslogd takes the generated configuration', async () => {
  const answers = {
    agent: 'rsyslog',
    paths: ['/var/log/shop/*.log'],
    service: 'a "b" $c',
    multiline: { preset: 'java' },
    dropContaining: ['GET /x'],
  };
  const response = await post('/api/v1/agent-setups/preview', { project: 'default', ...answers });
  const { files } = (await response.json()) as SetupPreview; // shape of the contract
  const file = path.join(directory, 'rsyslog.conf');
  // As Debian's own configuration does before it includes such files.
  writeFileSync(file, `global(workDirectory="${directory}")\n${files[0]?.content ?? ''}`);
  execFileSync('rsyslogd', ['-N1', '-f', file], { stdio: 'inherit' });
});
