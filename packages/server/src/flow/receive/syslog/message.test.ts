import { describe, expect, it } from 'vitest';
import { syslogEventLine } from './message.ts';

const RECEIVED_AT = Date.UTC(2026, 10, 21, 7, 0, 0);

/** The event line of a message, read back. */
function read(message: Buffer | string, context: { host?: string; withoutStructuredData?: boolean } = {}): unknown {
  const line = syslogEventLine(message, { receivedAt: RECEIVED_AT, ...context });
  if (line === null) return null;
  expect(line).not.toContain('\n');
  return JSON.parse(line);
}

describe('RFC 5424', () => {
  it('reads every header field, the structured data and the message behind a BOM', () => {
    const message =
      '<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 ID47 [exampleSDID@32473 iut="3" eventSource="App \\"x\\" \\] \\\\ \\n"][empty@1] \ufeffhëllo';
    expect(read(message)).toEqual({
      level: 'info',
      'syslog.facility': 'local4',
      'syslog.severity': 'notice',
      timestamp: '2003-08-24T05:14:15.000003-07:00',
      host: '192.0.2.1',
      service: 'myproc',
      'syslog.procid': '8710',
      'syslog.msgid': 'ID47',
      'syslog.exampleSDID@32473.iut': '3',
      'syslog.exampleSDID@32473.eventSource': 'App "x" ] \\ \\n',
      'syslog.empty@1': '',
      message: 'hëllo',
    });
  });

  it('leaves out what is NILVALUE and takes the host from the connection', () => {
    expect(read('<34>1 - - - - - - just text', { host: '10.0.0.7' })).toEqual({
      level: 'fatal',
      'syslog.facility': 'auth',
      'syslog.severity': 'crit',
      host: '10.0.0.7',
      message: 'just text',
    });
  });

  it('keeps a parameter that comes twice as both values', () => {
    expect(read('<14>1 2026-11-21T06:00:00Z h a - - [origin ip="1.1.1.1" ip="2.2.2.2"] m')).toMatchObject({
      'syslog.origin.ip': ['1.1.1.1', '2.2.2.2'],
    });
  });

  it('reads 60,000 elements in time that grows with their number alone', () => {
    const elements = Array.from({ length: 60_000 }, (_, number) => `[a${number} b="1"]`).join('');
    const started = performance.now();
    expect(read(`<14>1 2026-11-21T06:00:00Z h a - - ${elements} m`)).toMatchObject({
      'syslog.a59999.b': '1',
      message: 'm',
    });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('keeps broken structured data in the message', () => {
    expect(read('<14>1 2026-11-21T06:00:00Z h a - - [broken x="1 m')).toMatchObject({ message: '[broken x="1 m' });
  });

  it('reads Logplex messages, which have no structured data', () => {
    const message = '<190>1 2026-11-21T06:00:00.1+00:00 host app web.1 - [info] GET /';
    expect(read(message, { withoutStructuredData: true })).toMatchObject({
      service: 'app',
      'syslog.procid': 'web.1',
      message: '[info] GET /',
    });
  });
});

describe('RFC 3164', () => {
  it('reads time, host, tag and process id', () => {
    expect(read("<34>Oct 11 22:14:15 mymachine su[42]: 'su root' failed for lonvick")).toEqual({
      level: 'fatal',
      'syslog.facility': 'auth',
      'syslog.severity': 'crit',
      timestamp: '2026-10-11 22:14:15',
      host: 'mymachine',
      service: 'su',
      'syslog.procid': '42',
      message: "'su root' failed for lonvick",
    });
  });

  it.each([
    ['Nov 22 06:59:00', '2026-11-22 06:59:00'],
    ['Nov 22 07:01:00', '2025-11-22 07:01:00'],
    ['Dec 31 23:59:59', '2025-12-31 23:59:59'],
    ['Jan  1 00:00:00', '2026-01-01 00:00:00'],
    ['Nov 21 2019 06:00:00', '2019-11-21 06:00:00'],
    ['Nov 21 06:00:00.123 UTC', '2026-11-21T06:00:00.123Z'],
    ['2026-11-21T06:00:00+09:00', '2026-11-21T06:00:00+09:00'],
  ])('gives %s the year in which it is at most a day ahead', (time, timestamp) => {
    expect(read(`<13>${time} h tag: m`)).toMatchObject({ timestamp, host: 'h', service: 'tag', message: 'm' });
  });

  it('turns to the new year at its first second', () => {
    const context = { receivedAt: Date.UTC(2026, 11, 31, 23, 59, 59) };
    expect(syslogEventLine('<13>Jan  1 00:00:01 h t: m', context)).toContain('"timestamp":"2027-01-01 00:00:01"');
  });

  it('reads what logger -s and devices without a host send', () => {
    expect(read('<13>Nov 21 06:00:00 cron[7]: done', { host: '10.0.0.7' })).toMatchObject({
      host: '10.0.0.7',
      service: 'cron',
      'syslog.procid': '7',
      message: 'done',
    });
  });

  it.each(['CEF:0|Vendor|Product|1.0|100|name|5|src=10.0.0.1 msg=x', 'LEEF:2.0|Vendor|Product|1.0|42|^|src=1'])(
    'keeps %s whole',
    (body) => {
      expect(read(`<134>Nov 21 06:00:00 fw01 ${body}`)).toMatchObject({ host: 'fw01', message: body });
      expect(read(`<134>${body}`)).toMatchObject({ message: body });
    },
  );

  it('reads the mnemonic of Cisco devices as message id and keeps it in the message', () => {
    expect(read('<189>29: *Nov 21 06:00:00.1: %SYS-5-CONFIG_I: Configured from console')).toMatchObject({
      'syslog.msgid': 'SYS-5-CONFIG_I',
      message: '%SYS-5-CONFIG_I: Configured from console',
    });
  });
});

describe('what keeps to no form', () => {
  it.each(['no priority at all', '<999>out of range', '<>x', '<1234>x', '<13', '{"json":true}'])(
    'keeps %s as the message',
    (text) => {
      expect(read(text)).toEqual({ message: text });
    },
  );

  it('is nothing when there is no text', () => {
    for (const text of ['', '\n', '\0\r\n', '\ufeff']) expect(read(text)).toBeNull();
  });

  it('cuts the newline and NUL bytes that transports leave, and no others', () => {
    expect(read('<13>a\nb\r\n\0')).toMatchObject({ message: 'a\nb' });
  });

  it('never throws, for any bytes and any cut or changed message', () => {
    const valid = Buffer.from('<165>1 2003-08-24T05:14:15.000003Z h p 1 ID [a@1 b="c\\"d"][e f="g"] \ufeffmessage ü');
    const old = Buffer.from('<34>Oct 11 22:14:15 mymachine su[42]: text');
    let seed = 1;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    for (let round = 0; round < 20_000; round++) {
      const message = Buffer.from(round % 2 === 0 ? valid : old);
      for (let change = random(4); change >= 0; change--) message[random(message.length)] = random(256);
      read(message.subarray(0, random(message.length + 1)));
      read(Buffer.from(Array.from({ length: random(40) }, () => random(256))));
    }
  });

  it('reads a message of a mebibyte of any kind in a moment', () => {
    for (const part of ['a', '[', '[a b="c"]', '<13>', ' ', ':', '1: ', 'a:', '\\"']) {
      const started = performance.now();
      read(`<14>1 2026-11-21T06:00:00Z h a - - ${part.repeat(1_048_576 / part.length)}`);
      read(`<13>Nov 21 06:00:00 ${part.repeat(1_048_576 / part.length)}`);
      expect(performance.now() - started).toBeLessThan(1_000);
    }
  });
});
