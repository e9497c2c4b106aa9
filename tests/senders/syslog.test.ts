import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missing, startServer, TestCertificates, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Program, syslogNg } from '../servers/syslog-ng.ts';
import { adapted, snippet } from './snippet.ts';

const LINES = 2_000;
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-senders-'));
const certificates = new TestCertificates();
const ng = await syslogNg();
let server: TestServer;
let ports: { udp: string; tcp: string; tls: string };

beforeAll(async () => {
  const { certificate, key } = certificates.issue('server');
  const urls = ['udp', 'tcp', 'tls'].map((transport) => `syslog+${transport}://127.0.0.1:0`);
  server = await startServer({ flags: ['--listeners', `${urls.join(' ')}?certificate=${certificate}&key=${key}`] });
  const port = async (id: string): Promise<string> => String(await server.listenerPort(id));
  ports = { udp: await port('syslog-udp-0'), tcp: await port('syslog-tcp-0'), tls: await port('syslog-tls-0') };
}, 120_000);
afterAll(async () => {
  await server?.stop();
  certificates.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** A file of lines that name `sender`. */
function logFile(sender: string): string {
  const file = path.join(dir, `${sender}.log`);
  writeFileSync(file, Array.from({ length: LINES }, (_, number) => `${sender} 결제 ${number} "quoted"\n`).join(''));
  return file;
}

async function runUntilLoaded(sender: string, { command, args, env }: Program): Promise<void> {
  const daemon = spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  try {
    await server.waitForCount(`service:${sender}`, LINES, 30_000);
  } finally {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await once(daemon, 'exit');
  }
  const { rows } = await server.search({ query: `service:${sender} level:info source:syslog`, limit: 1 });
  expect(rows[0]?.message).toContain('결제');
}

describe.skipIf(missing('rsyslogd'))('the rsyslog configuration of docs/senders/syslog.md', () => {
  it.each([
    ['rsyslog-tcp', 'port="5514"', () => ({ '5514': ports.tcp })],
    ['rsyslog-tls', 'port="6514"', () => ({ '6514': ports.tls, '/etc/moalog/ca.pem': certificates.ca })],
  ])('brings every line (%s)', async (sender, mark, changes) => {
    const conf = path.join(dir, `${sender}.conf`);
    writeFileSync(
      conf,
      `global(workDirectory="${dir}")
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" file="${logFile(sender)}" tag="${sender}:" severity="info" freshStartTail="off")
${adapted(snippet('syslog', mark), changes())}`,
    );
    const pid = path.join(dir, `${sender}.pid`);
    await runUntilLoaded(sender, { command: '/usr/sbin/rsyslogd', args: ['-n', '-f', conf, '-i', pid], env: {} });
  });
});

describe.skipIf(ng === null)('the syslog-ng configuration of docs/senders/syslog.md', () => {
  it.each([
    ['ng-tcp', 'destination moalog {', () => ({ '5514': ports.tcp })],
    ['ng-tls', 'destination moalog_tls {', () => ({ '6514': ports.tls, '/etc/moalog/ca.pem': certificates.ca })],
  ])('brings every line (%s)', async (sender, mark, changes) => {
    const work = path.join(dir, sender);
    writeFileSync(
      `${work}.conf`,
      `@version: 3.38
source s_src { file("${logFile(sender)}" flags(no-parse) follow-freq(1) program-override("${sender}") default-priority(info)); };
${adapted(snippet('syslog', mark), changes())}`,
    );
    if (ng === null) return;
    const state = ['-R', `${work}.persist`, '-p', `${work}.pid`, '-c', `${work}.ctl`];
    await runUntilLoaded(sender, { ...ng, args: [...ng.args, '-F', '-f', `${work}.conf`, ...state] });
  });
});

it.skipIf(missing('logger'))('the logger command of docs/senders/syslog.md sends its message', async () => {
  execFileSync('sh', ['-c', adapted(snippet('syslog', 'logger --server'), { '5514': ports.tcp })]);
  await server.waitForCount('service:checkout level:warn "payment failed"', 1);
});
