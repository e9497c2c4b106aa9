import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { journalEventLine } from './entry.ts';
import { type JournalEntry, JournalReader } from './export-format.ts';

/** A field of the export format, in the form that its bytes need. */
function field(name: string, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  if (!bytes.some((byte) => byte < 32)) return Buffer.concat([Buffer.from(`${name}=`), bytes, Buffer.from('\n')]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}
const entry = (fields: Readonly<Record<string, string | Buffer>>): Buffer =>
  Buffer.concat([...Object.entries(fields).map(([name, value]) => field(name, value)), Buffer.from('\n')]);

function read(bytes: Buffer, chunkBytes = bytes.length, maxEntryBytes = 20_000_000): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const reader = new JournalReader(maxEntryBytes);
  for (let at = 0; at < bytes.length; at += chunkBytes)
    reader.push(bytes.subarray(at, at + chunkBytes), (one) => entries.push(one));
  reader.end((one) => entries.push(one));
  return entries;
}
const lines = (bytes: Buffer, chunkBytes?: number): string[] => read(bytes, chunkBytes).map(journalEventLine);

const ENTRY = {
  __CURSOR: 's=6a19f1026f4341f192ad547f407d07a9;i=1f;b=f1ac7a7c7f5b4b6f9f8e3f0d8a0a6e4b;m=3e8;t=64416333f0000;x=9cc8',
  __REALTIME_TIMESTAMP: '1763712000000123',
  __MONOTONIC_TIMESTAMP: '1000',
  _BOOT_ID: 'f1ac7a7c7f5b4b6f9f8e3f0d8a0a6e4b',
  _HOSTNAME: 'web-1',
  _SYSTEMD_UNIT: 'checkout.service',
  SYSLOG_IDENTIFIER: 'node',
  PRIORITY: '3',
  MESSAGE: 'card refused',
};

describeReceiver({
  name: 'journald',
  path: '/journald/upload',
  contentType: 'application/vnd.fdo.journal',
  body: (messages) =>
    Buffer.concat(messages.map((MESSAGE) => entry({ __REALTIME_TIMESTAMP: '1763712000000123', MESSAGE }))),
  eventLine: (MESSAGE) => lines(entry({ __REALTIME_TIMESTAMP: '1763712000000123', MESSAGE }))[0] ?? '',
  isLines: false,
  acceptedStatus: 202,
  diskFullStatus: 503,
  errorShape: /^[^{]+\n$/,
});

describe('an entry of the journal', () => {
  it('becomes an event with its unit as service', () => {
    expect(JSON.parse(lines(entry(ENTRY))[0] ?? '')).toEqual({
      timestamp: '1763712000000123',
      host: 'web-1',
      service: 'checkout',
      level: 'err',
      message: 'card refused',
      _BOOT_ID: ENTRY._BOOT_ID,
      _SYSTEMD_UNIT: 'checkout.service',
      SYSLOG_IDENTIFIER: 'node',
    });
  });

  it('keeps newlines, bytes that are no text, and fields that come twice', () => {
    const bytes = Buffer.concat([
      field('MESSAGE', 'two\nlines'),
      field('BLOB', Buffer.from([0, 255, 10, 61])),
      field('_X', 'a'),
      field('_X', 'b'),
      field('_SYSTEMD_UNIT', 'user@1000.service'),
      field('_COMM', 'bash'),
      Buffer.from('\n'),
    ]);
    expect(JSON.parse(lines(bytes)[0] ?? '')).toEqual({
      service: 'bash',
      message: 'two\nlines',
      BLOB: 'AP8KPQ==',
      _X: ['a', 'b'],
      _SYSTEMD_UNIT: 'user@1000.service',
      _COMM: 'bash',
      'journald.base64': ['BLOB'],
    });
  });

  it.each([
    ['{"level":"warn","msg":"slow"}', { level: 'warn', msg: 'slow' }],
    ['DEBUG cache miss', { level: 'DEBUG', message: 'DEBUG cache miss' }],
  ])('has what the message %s says', (MESSAGE, fields) => {
    expect(JSON.parse(lines(entry({ PRIORITY: '6', MESSAGE }))[0] ?? '')).toEqual(fields);
  });

  it('is the same however its bytes are cut, and nothing else crashes the reader', () => {
    const bytes = Buffer.concat([
      entry(ENTRY),
      entry({ MESSAGE: 'a\nb', B: Buffer.alloc(300, 10) }),
      entry({ MESSAGE: 'c' }),
    ]);
    const whole = lines(bytes);
    expect(whole).toHaveLength(3);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (chunkBytes) => {
        expect(lines(bytes, chunkBytes)).toEqual(whole);
      }),
    );
    const orError = (given: Buffer, chunkBytes: number) => {
      try {
        read(given, chunkBytes, 5_000);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(invalid_body|body_too_large)$/) });
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(bytes.length - 1), fc.nat(255), (random, at, byte) => {
        orError(Buffer.from(random), 7);
        orError(bytes.subarray(0, at), 11);
        const mutated = Buffer.from(bytes);
        mutated[at] = byte;
        orError(mutated, 64);
      }),
    );
  });
});

const UPLOAD = '/lib/systemd/systemd-journal-upload';
const REMOTE = '/lib/systemd/systemd-journal-remote';
const isMissing = !existsSync(UPLOAD);
if (isMissing && process.env.MOALOG_TEST_STRICT === '1') throw new Error('systemd-journal-remote is not installed');
if (isMissing) process.stderr.write('skipped: systemd-journal-upload is not installed\n');

describe('the journal receiver', () => {
  let under: ReceiversUnderTest;
  const dir = mkdtempSync(path.join(tmpdir(), 'moalog-journald-'));
  afterEach(() => under?.stop());
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.skipIf(isMissing)('takes a journal from systemd-journal-upload, and one that is uploaded again once', async () => {
    under = await ReceiversUnderTest.start();
    const { __CURSOR: _cursor, ...fields } = ENTRY;
    const written = Array.from({ length: 3_000 }, (_, number) =>
      entry({
        ...fields,
        __REALTIME_TIMESTAMP: String(1_763_712_000_000_000 + number),
        MESSAGE: `line ${number}\n따옴표 "`,
      }),
    );
    const journal = path.join(dir, 'in.journal');
    writeFileSync(path.join(dir, 'in.export'), Buffer.concat(written));
    execFileSync(REMOTE, ['-o', journal, path.join(dir, 'in.export')], { stdio: 'ignore' });
    const url = under.url.replace('//', `//moalog:${INGEST_KEY}@`);
    for (let upload = 0; upload < 2; upload++) {
      const args = [
        `--url=${url}/journald`,
        `--file=${journal}`,
        '--follow=no',
        `--save-state=${path.join(dir, `state-${upload}`)}`,
      ];
      await promisify(execFile)(UPLOAD, args, { timeout: 20_000 });
    }
    const stored = (await under.lines()).map((line) => JSON.parse(line));
    expect(stored).toHaveLength(3_000);
    expect(stored[2_999]).toMatchObject({
      message: 'line 2999\n따옴표 "',
      service: 'checkout',
      host: 'web-1',
      level: 'err',
    });
    expect(await under.count('moalog_duplicate_batches_total', { receiver: 'journald' })).toBe(1);
  });

  it('stores a journal larger than a body may be while it comes', async () => {
    under = await ReceiversUnderTest.start({ maxBodyBytes: 200_000 });
    const connection = await under.socket();
    connection.send(
      `POST /journald/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${INGEST_KEY}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const numbered = (number: number) =>
      entry({ __CURSOR: `s=ab;i=${number.toString(16)};b=c`, MESSAGE: 'x'.repeat(200) });
    const chunk = (from: number) => {
      const bytes = Buffer.concat(Array.from({ length: 1_000 }, (_, number) => numbered(from + number)));
      connection.send(`${bytes.length.toString(16)}\r\n`);
      connection.send(bytes);
      connection.send('\r\n');
    };
    for (let from = 1; from < 10_000; from += 1_000) chunk(from);
    await expect.poll(() => under.count('moalog_accepted_events_total', { receiver: 'journald' })).toBe(8_192);
    connection.send('0\r\n\r\n');
    expect(await connection.received(/OK\.\n/)).toContain('HTTP/1.1 202');
    connection.destroy();
    expect(await under.count('moalog_accepted_events_total', { receiver: 'journald' })).toBe(10_000);
    expect((await under.stored()).map(({ header }) => header.batchId)).toEqual([
      'journald ab 1 ab 4096',
      'journald ab 4097 ab 8192',
      'journald ab 8193 ab 10000',
    ]);
  });

  it('lets further endless senders wait until there is memory for them', async () => {
    under = await ReceiversUnderTest.start({ maxBodyBytes: 200_000 });
    const open = async () => {
      const connection = await under.socket();
      const body = entry({ MESSAGE: 'one' }).toString();
      connection.send(
        `POST /journald/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${INGEST_KEY}\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n`,
      );
      return connection;
    };
    const first = await open();
    const second = await open();
    second.send('0\r\n\r\n');
    await expect(second.received(/^HTTP/, 500)).rejects.toThrow('nothing like');
    first.send('0\r\n\r\n');
    expect(await first.received(/OK\.\n/)).toContain('HTTP/1.1 202');
    expect(await second.received(/OK\.\n/)).toContain('HTTP/1.1 202');
    first.destroy();
    second.destroy();
    expect(await under.lines()).toHaveLength(2);
  });

  it('lets an endless sender wait while the store is behind', async () => {
    under = await ReceiversUnderTest.start({ spoolMaxBytes: 400 });
    const body = entry({ MESSAGE: 'x'.repeat(500) });
    expect((await under.post('/journald/upload', body)).status).toBe(202);
    const connection = await under.socket();
    connection.send(
      `POST /journald/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${INGEST_KEY}\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body.toString()}\r\n0\r\n\r\n`,
    );
    await expect(connection.received(/^HTTP/, 600)).rejects.toThrow('nothing like');
    expect(await under.lines()).toHaveLength(1);
    expect(await connection.received(/OK\.\n/)).toContain('HTTP/1.1 202');
    connection.destroy();
  });
});
