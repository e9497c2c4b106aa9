import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missing, TestCertificates } from '@moalog/testkit';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ListenersUnderTest } from '../listeners-under-test.ts';

let under: ListenersUnderTest;
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-syslog-'));
const certificates = new TestCertificates();
afterEach(() => under?.stop());
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
  certificates.remove();
});

it('cuts a message over the limit, says so in the event, and reads on', async () => {
  under = await ListenersUnderTest.start('syslog+tcp://127.0.0.1:0?max_message_bytes=100');
  const socket = await under.tcp();
  socket.end(`<13>1 - - - - - - ${'x'.repeat(200)}\n<13>1 - - - - - - short\n`);
  const [long, short] = await under.events(2);
  expect(long).toMatchObject({ message: 'x'.repeat(82), 'moalog.truncated': 'message' });
  expect(short).toMatchObject({ message: 'short', host: '127.0.0.1' });
  await expect
    .poll(() => under.count('moalog_rejected_events_total', { receiver: 'syslog', reason: 'message_too_large' }))
    .toBe(1);
});

// A machine that is busy with other things may lose some: one of three runs must lose none.
it('loses nothing of 20,000 datagrams a second', { retry: 2 }, async () => {
  under = await ListenersUnderTest.start('syslog+udp://127.0.0.1:0');
  const [SECONDS, A_TICK] = [2, 200];
  let sent = 0;
  for (const started = performance.now(); sent < 20_000 * SECONDS; ) {
    const due = Math.min((performance.now() - started) * 20, 20_000 * SECONDS);
    const count = Math.min(Math.max(0, Math.floor(due - sent)), A_TICK);
    await under.udp(Array.from({ length: count }, (_, number) => `<13>1 - - app - - - number ${sent + number}`));
    sent += count;
    if (count < A_TICK) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const events = await under.events(sent);
  expect(new Set(events.map(({ message }) => message)).size).toBe(sent);
});

describe.skipIf(missing('logger'))('logger', () => {
  it.each([
    ['RFC 5424 by UDP', 'udp', ['--udp', '--rfc5424']],
    ['RFC 3164 by UDP', 'udp', ['--udp', '--rfc3164']],
    ['RFC 5424 by TCP with octet counting', 'tcp', ['--tcp', '--rfc5424', '--octet-count']],
    ['RFC 3164 by TCP', 'tcp', ['--tcp', '--rfc3164']],
  ])('sends %s', async (_name, transport, flags) => {
    under = await ListenersUnderTest.start(`syslog+${transport}://127.0.0.1:0`);
    const data = flags.includes('--rfc5424') ? ['--sd-id', 'shop@32473', '--sd-param', 'order="17"'] : [];
    const to = ['--server', '127.0.0.1', '--port', String(under.port())];
    execFileSync('logger', [...to, ...flags, ...data, '-t', 'checkout', '-p', 'local1.warning', '결제 실패']);
    expect(await under.events(1)).toMatchObject([
      {
        level: 'warn',
        service: 'checkout',
        message: '결제 실패',
        'syslog.facility': 'local1',
        ...(data.length > 0 && { 'syslog.shop@32473.order': '17' }),
      },
    ]);
  });
});

const LINES = 2_000;
const lines = Array.from({ length: LINES }, (_, number) => `line ${number} "quoted"`);

/** Runs a daemon until all lines came. */
async function collect(command: string, args: readonly string[]): Promise<Record<string, unknown>[]> {
  const daemon = spawn(command, args, { stdio: 'ignore' });
  try {
    return await under.events(LINES);
  } finally {
    daemon.kill('SIGTERM');
    if (daemon.exitCode === null) await once(daemon, 'exit');
  }
}

const expectLines = (events: readonly Record<string, unknown>[], host?: string) => {
  expect(events.map(({ message }) => message).sort()).toEqual(lines.toSorted());
  for (const event of events) {
    expect(event).toMatchObject({ level: 'info', service: 'app', ...(host !== undefined && { host }) });
    expect(Math.abs(Date.parse(String(event.timestamp)) - Date.now())).toBeLessThan(3_600_000);
  }
};

describe.skipIf(missing('rsyslogd'))('rsyslog', () => {
  it.each([
    ['by TCP with newlines', 'syslog+tcp', 'protocol="tcp" TCP_Framing="traditional"'],
    [
      'by TCP with octet counting',
      'syslog+tcp',
      'protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"',
    ],
    ['by UDP', 'syslog+udp', 'protocol="udp"'],
    [
      'by TLS',
      'syslog+tls',
      `protocol="tcp" StreamDriver="gtls" StreamDriverMode="1" StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="rsyslog-server"`,
    ],
  ])('sends %s', async (name, scheme, action) => {
    const { certificate, key } = certificates.issue('rsyslog-server');
    const files = scheme === 'syslog+tls' ? `?certificate=${certificate}&key=${key}` : '';
    under = await ListenersUnderTest.start(`${scheme}://127.0.0.1:0${files}`);
    const work = path.join(dir, `rsyslog-${name.replaceAll(' ', '-')}`);
    writeFileSync(`${work}.log`, lines.map((line) => `${line}\n`).join(''));
    writeFileSync(
      `${work}.conf`,
      `global(workDirectory="${dir}" defaultNetstreamDriverCAFile="${certificates.ca}")
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" file="${work}.log" tag="app:" severity="info" freshStartTail="off")
action(type="omfwd" target="127.0.0.1" port="${under.port()}" ${action} action.resumeRetryCount="-1")
`,
    );
    expectLines(await collect('/usr/sbin/rsyslogd', ['-n', '-f', `${work}.conf`, '-i', `${work}.pid`]));
  });
});
