import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { TestCertificates } from '@moalog/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ListenersUnderTest } from '../listeners-under-test.ts';

let under: ListenersUnderTest;
afterEach(() => under?.stop());

const refusedEvents = (reason: string) => under.count('moalog_rejected_events_total', { receiver: 'syslog', reason });
const source = (isInstallationKey: boolean) =>
  under.sources.list(['default'], isInstallationKey).find(({ id }) => id === 'syslog-tcp-0');
const refusedConnections = (reason: string) =>
  under.count('moalog_rejected_requests_total', { receiver: 'syslog', reason });

describe('a TCP listener', () => {
  it('stores what comes under its project, with what its URL says of the sender, and counts it', async () => {
    under = await ListenersUnderTest.start(
      'syslog+tcp://127.0.0.1:0?project=shop&service=router&environment=prod&timezone=asia/seoul',
    );
    const socket = await under.tcp();
    socket.end('<13>Nov 21 10:00:00 fw app: one\n<13>Nov 21 10:00:01 fw app: two\n');
    const [frame] = await under.frames(2);
    expect(frame?.header).toMatchObject({
      project: 'shop',
      source: 'syslog',
      defaults: { service: 'router', environment: 'prod' },
      timezone: 'Asia/Seoul',
    });
    await expect.poll(() => under.count('moalog_accepted_events_total', { receiver: 'syslog' })).toBe(2);
    expect(under.sources.list(['shop'], true)).toContainEqual(
      expect.objectContaining({
        id: 'syslog-tcp-0',
        protocol: 'Syslog TCP',
        port: under.port(),
        events: 2,
        state: 'receiving',
      }),
    );
    expect(under.sources.list(['default'], false)).toContainEqual(
      expect.objectContaining({ id: 'syslog-tcp-0', events: 0 }),
    );
  });

  it('tells of a protocol that nobody switched on that it is off', async () => {
    under = await ListenersUnderTest.start('');
    expect(under.sources.list(['default'], true)).toContainEqual(
      expect.objectContaining({ id: 'syslog', port: null, enabled: false, state: 'off' }),
    );
  });

  it('ends the connection of an address that may not send, and no other', async () => {
    under = await ListenersUnderTest.start('syslog+tcp://127.0.0.1:0?networks=10.0.0.0/8');
    const socket = await under.tcp();
    await once(socket, 'close');
    await expect.poll(() => refusedConnections('address_not_allowed')).toBe(1);
    expect(source(true)?.lastError?.message).toContain('127.0.0.1');
    expect(source(false)?.lastError).toBeNull();
  });

  it('takes no more connections than its limit and counts the open ones', async () => {
    under = await ListenersUnderTest.start('syslog+tcp://127.0.0.1:0?max_connections=2');
    const first = await under.tcp();
    await under.tcp();
    await expect.poll(() => under.count('moalog_listener_connections', { receiver: 'syslog' })).toBe(2);
    const third = await under.tcp();
    await once(third, 'close');
    await expect.poll(() => refusedConnections('too_many_connections')).toBe(1);
    first.end('<13>still taken\n');
    await under.events(1);
    await expect.poll(() => under.count('moalog_listener_connections', { receiver: 'syslog' })).toBe(1);
  });

  it('ends a connection on which nothing comes for the idle time', async () => {
    under = await ListenersUnderTest.start('syslog+tcp://127.0.0.1:0?idle_timeout_ms=200');
    const socket = await under.tcp();
    await once(socket, 'close');
    await expect.poll(() => refusedConnections('idle')).toBe(1);
  });

  it('keeps what came for a project that does not exist, and tells who runs the server', async () => {
    under = await ListenersUnderTest.start('syslog+tcp://127.0.0.1:0?project=nowhere syslog+tcp://127.0.0.1:0');
    (await under.tcp(0)).end('<13>waits\n');
    (await under.tcp(1)).end('<13>goes on\n');
    expect(await under.events(1)).toMatchObject([{ message: 'goes on' }]);
    await expect
      .poll(() => source(true))
      .toMatchObject({
        state: 'failing',
        lastError: { reason: 'unknown_project', message: 'There is no project nowhere.' },
      });
  });

  it('slows senders down while the spool is full, and loses nothing', async () => {
    under = await ListenersUnderTest.start('syslog+tcp://127.0.0.1:0', 8_000_000);
    const socket = await under.tcp();
    const text = 'x'.repeat(1_000);
    let hasEnded = false;
    // 48 MB: more than the listener gathers (32 MiB) and the spool takes (8 MB).
    const sending = (async () => {
      for (let number = 0; number < 48_000; number++) {
        if (!socket.write(`<13>1 - - - - - - ${number} ${text}\n`)) await once(socket, 'drain');
      }
      socket.end();
      hasEnded = true;
    })();
    await sleep(3_000);
    expect(hasEnded).toBe(false);
    expect(source(true)?.lastError?.reason).toBe('back_pressure');
    const events = await under.events(48_000);
    await sending;
    expect(new Set(events.map(({ message }) => String(message).split(' ')[0])).size).toBe(48_000);
  }, 60_000);

  it('makes durable what was sent before the server stops', async () => {
    under = await ListenersUnderTest.start('syslog+tcp://127.0.0.1:0');
    const socket = await under.tcp();
    const lines = Array.from({ length: 5_000 }, (_, number) => `<13>1 - - - - - - line ${number}\n`);
    await new Promise((resolve) => socket.write(lines.join(''), resolve));
    socket.on('end', () => socket.end());
    socket.resume();
    await under.close();
    expect(await under.events(5_000)).toHaveLength(5_000);
  });
});

it('says which port is taken when it cannot listen', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  await expect(ListenersUnderTest.start(`syslog+tcp://127.0.0.1:${port}`)).rejects.toThrow(
    new RegExp(`syslog\\+tcp://127.0.0.1:${port} cannot be opened.*EADDRINUSE`),
  );
  other.close();
});

describe('a UDP listener', () => {
  it('stores every datagram, and refuses those of other networks', async () => {
    under = await ListenersUnderTest.start(
      'syslog+udp://127.0.0.1:0?networks=127.0.0.0/8 syslog+udp://127.0.0.1:0?networks=10.0.0.0/8',
    );
    await under.udp(['<13>one', '<13>two']);
    expect((await under.events(2)).map(({ message }) => message)).toEqual(['one', 'two']);
    await under.udp(['<13>three'], 1);
    await expect.poll(() => refusedEvents('address_not_allowed')).toBe(1);
  });

  it('counts what it loses when the store is behind', async () => {
    under = await ListenersUnderTest.start('syslog+udp://127.0.0.1:0', 8_000_000);
    // Each is six times as long as a line of JSON.
    const datagram = `<13>1 - - - - - - ${'\x01'.repeat(8_000)}`;
    let sent = 0;
    for (const giveUp = Date.now() + 20_000; (await refusedEvents('back_pressure')) === 0; ) {
      if (Date.now() > giveUp) throw new Error('nothing was refused');
      await under.udp(Array.from({ length: 20 }, () => datagram));
      sent += 20;
      await sleep(5);
    }
    await expect
      .poll(
        async () => {
          await under.spool.drain();
          const accepted = await under.count('moalog_accepted_events_total', { receiver: 'syslog' });
          return accepted + (await refusedEvents('back_pressure')) + (await refusedEvents('socket_buffer_full'));
        },
        { timeout: 15_000 },
      )
      .toBe(sent);
  }, 45_000);
});

describe('a TLS listener', () => {
  let certificates: TestCertificates;
  beforeAll(() => {
    certificates = new TestCertificates();
  });
  afterAll(() => certificates.remove());
  const urlOf = (name: string, more = '') => {
    const { certificate, key } = certificates.issue(name);
    return `syslog+tls://127.0.0.1:0?certificate=${certificate}&key=${key}${more}`;
  };
  const dial = async (more: { certificate?: string; key?: string } = {}): Promise<TLSSocket> => {
    const own =
      more.certificate && more.key ? { cert: readFileSync(more.certificate), key: readFileSync(more.key) } : {};
    const socket = connectTls({ port: under.port(), host: '127.0.0.1', ca: readFileSync(certificates.ca), ...own });
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    return socket;
  };

  it('takes events, and a connection that speaks something else harms no other', async () => {
    under = await ListenersUnderTest.start(urlOf('server'));
    const socket = await dial();
    const stranger = await under.tcp();
    stranger.end('<13>in the clear\n');
    await expect.poll(() => refusedConnections('tls_handshake')).toBe(1);
    socket.end('<13>encrypted\n');
    expect(await under.events(1)).toMatchObject([{ message: 'encrypted' }]);
  });

  it('asks for a certificate that its authority signed when it is told to', async () => {
    under = await ListenersUnderTest.start(urlOf('server', `&client_ca=${certificates.ca}`));
    const other = new TestCertificates();
    const [known, stranger] = [certificates.issue('client'), other.issue('client')];
    (await dial(known)).end('<13>known\n');
    expect(await under.events(1)).toMatchObject([{ message: 'known' }]);
    for (const more of [{}, stranger]) (await dial(more)).end('<13>unknown\n');
    await expect.poll(() => refusedConnections('tls_handshake')).toBe(2);
    other.remove();
  });

  it('uses new certificates without a restart, and keeps the old ones while the new cannot be read', async () => {
    under = await ListenersUnderTest.start(urlOf('renewed'));
    const kept = await dial();
    const before = (await dial()).getPeerCertificate().fingerprint256;
    const { key } = certificates.issue('renewed', 'another');
    await expect.poll(async () => (await dial()).getPeerCertificate().subject.CN, { timeout: 10_000 }).toBe('another');
    expect((await dial()).getPeerCertificate().fingerprint256).not.toBe(before);
    writeFileSync(key, 'torn');
    await sleep(2_500);
    expect((await dial()).getPeerCertificate().subject.CN).toBe('another');
    kept.end('<13>on the old connection\n');
    await under.events(1);
  }, 30_000);

  it('says what is wrong with files that cannot be used', async () => {
    const { certificate } = certificates.issue('one');
    const { key } = certificates.issue('two');
    await expect(
      ListenersUnderTest.start(`syslog+tls://127.0.0.1:0?certificate=${certificate}&key=${key}`),
    ).rejects.toThrow(/key values mismatch/);
    await expect(
      ListenersUnderTest.start(`syslog+tls://127.0.0.1:0?certificate=/nowhere/a.pem&key=${key}`),
    ).rejects.toThrow(/nowhere/);
  });
});
