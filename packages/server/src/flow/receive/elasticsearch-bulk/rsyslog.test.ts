import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';

const RSYSLOGD = '/usr/sbin/rsyslogd';
const isInstalled =
  existsSync(RSYSLOGD) &&
  [
    '/usr/lib/x86_64-linux-gnu/rsyslog',
    '/usr/lib/aarch64-linux-gnu/rsyslog',
    '/usr/lib/rsyslog',
    '/usr/lib64/rsyslog',
  ].some((dir) => existsSync(path.join(dir, 'omelasticsearch.so')));

describe.skipIf(!isInstalled)('the Elasticsearch receiver to rsyslog', () => {
  let under: ReceiversUnderTest;
  const dir = mkdtempSync(path.join(tmpdir(), 'moalog-rsyslog-'));
  afterEach(() => under.stop());
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each(['on', 'off'])('takes the lines of omelasticsearch once each, with bulkmode %s', async (bulkMode) => {
    under = await ReceiversUnderTest.start();
    const work = path.join(dir, bulkMode);
    const log = `${work}.log`;
    const conf = `${work}.conf`;
    writeFileSync(log, '');
    writeFileSync(
      conf,
      `global(workDirectory="${path.dirname(work)}")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="omelasticsearch")
template(name="event" type="list" option.json="on") { constant(value="{\\"message\\":\\"") property(name="msg") constant(value="\\"}") }
input(type="imfile" file="${log}" tag="app" freshStartTail="off")
action(type="omelasticsearch" server="${under.url}/elasticsearch" uid="moalog" pwd="${INGEST_KEY}" template="event" searchIndex="system" searchType="events" bulkmode="${bulkMode}" errorfile="${work}.err" action.resumeRetryCount="-1")
`,
    );
    appendFileSync(log, Array.from({ length: 50 }, (_, number) => `line ${number} "quoted"\n`).join(''));
    const daemon = spawn(RSYSLOGD, ['-n', '-f', conf, '-i', `${work}.pid`], { stdio: 'ignore' });
    const lines: string[] = [];
    try {
      await expect
        .poll(async () => lines.push(...(await under.lines())), { timeout: 15_000, interval: 200 })
        .toBeGreaterThanOrEqual(50);
    } finally {
      daemon.kill('SIGTERM');
      await once(daemon, 'exit');
    }
    expect(existsSync(`${work}.err`)).toBe(false);
    expect(lines.map((line) => JSON.parse(line).message).sort()).toEqual(
      Array.from({ length: 50 }, (_, number) => `line ${number} "quoted"`).sort(),
    );
  });
});
