import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer, TestCertificates, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { beat } from '../servers/beats.ts';
import { adapted, snippet } from './snippet.ts';

const LINES = 5_000;
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-beats-'));
const certificates = new TestCertificates();
const [filebeat, metricbeat] = [beat('filebeat'), beat('metricbeat')];
let server: TestServer;

beforeAll(async () => {
  const { certificate, key } = certificates.issue('server');
  const url = `lumberjack+tls://127.0.0.1:0?certificate=${certificate}&key=${key}&client_ca=${certificates.ca}`;
  server = await startServer({ flags: ['--listeners', url] });
}, 120_000);
afterAll(async () => {
  await server?.stop();
  certificates.remove();
  rmSync(dir, { recursive: true, force: true });
});

/** Runs a Beat with this configuration while `work` runs. */
async function running(program: string, config: string, work: () => Promise<void>): Promise<void> {
  const home = mkdtempSync(path.join(dir, 'home-'));
  const file = path.join(home, 'beat.yml');
  writeFileSync(file, config);
  chmodSync(file, 0o600);
  const daemon = spawn(program, ['-e', '--strict.perms=false', '-c', file, '--path.home', home, '--path.data', path.join(home, 'data')], { stdio: 'ignore' }); // biome-ignore format: one command
  try {
    await work();
  } finally {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await once(daemon, 'exit');
  }
}

async function output(code: string): Promise<string> {
  const client = certificates.issue('client');
  return adapted(code, {
    'localhost:5044': `localhost:${await server.listenerPort('lumberjack-tls-0')}`,
    '/etc/moalog/ca.pem': certificates.ca,
    '/etc/moalog/client.pem': client.certificate,
    '/etc/moalog/client.key': client.key,
  });
}

it.skipIf(filebeat === null)(
  'the Filebeat configuration of docs/senders/beats.md brings every line, with TLS and a client certificate',
  async () => {
    const log = path.join(dir, 'shop.log');
    writeFileSync(log, '');
    const config = adapted(await output(snippet('beats', 'filebeat.inputs')), { '/var/log/shop/*.log': log });
    appendFileSync(log, Array.from({ length: LINES }, (_, number) => `beat 결제 ${number} "quoted"\n`).join(''));
    await running(filebeat ?? '', config, () => server.waitForCount('beat 결제', LINES, 40_000));
    const { rows } = await server.search({ query: 'beat 결제 4999', limit: 1 });
    expect(rows[0]).toMatchObject({
      message: 'beat 결제 4999 "quoted"',
      source: 'lumberjack',
      attributes: { 'agent.type': 'filebeat', 'log.file.path': log },
    });
  },
  60_000,
);

it.skipIf(metricbeat === null)(
  'Metricbeat reaches the listener too',
  async () => {
    const code = snippet('beats', 'filebeat.inputs');
    const modules = 'metricbeat.modules:\n  - module: system\n    metricsets: [memory]\n    period: 1s\n';
    const config = modules + (await output(code.slice(code.indexOf('output.logstash'))));
    await running(metricbeat ?? '', config, async () => {
      await expect
        .poll(() => server.count('agent.type:metricbeat event.module:system'), { timeout: 30_000 })
        .toBeGreaterThan(0);
    });
  },
  60_000,
);
