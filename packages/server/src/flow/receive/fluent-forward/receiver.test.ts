import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decode, Encoder, ExtData, encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '../listeners/socket-receiver.ts';
import { ListenersUnderTest } from '../listeners-under-test.ts';
import { fluentEventLine } from './event-line.ts';
import { readMessage } from './message.ts';
import { decode as decodeValue, MessageFraming } from './msgpack.ts';

let under: ListenersUnderTest;
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-fluent-'));
const keyFile = path.join(dir, 'key');
writeFileSync(keyFile, 's3cret\n');
afterEach(() => under?.stop());
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const SECONDS = 1_700_000_000;
const eventTime = (seconds: number, nanoseconds: number): ExtData => {
  const data = Buffer.alloc(8);
  data.writeUInt32BE(seconds);
  data.writeUInt32BE(nanoseconds, 4);
  return new ExtData(0, data);
};
const packed = (...entries: unknown[]): Buffer => Buffer.concat(entries.map((entry) => encode(entry)));

class Sender {
  readonly socket: Socket;
  answers = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.answers = Buffer.concat([this.answers, chunk]);
    });
  }

  static async open(): Promise<Sender> {
    const socket = connect({ port: under.port(), host: '127.0.0.1' });
    await once(socket, 'connect');
    return new Sender(socket);
  }

  send(...messages: unknown[]): void {
    this.socket.write(Buffer.concat(messages.map((message) => encode(message))));
  }

  /** The next answer. */
  async answer(): Promise<unknown> {
    await expect.poll(() => this.answers.length, { timeout: 8_000 }).toBeGreaterThan(0);
    const answer = decode(this.answers);
    this.answers = Buffer.alloc(0);
    return answer;
  }
}
const start = (more = '', spoolMaxBytes?: number) =>
  ListenersUnderTest.start(`fluent-forward+tcp://127.0.0.1:0${more}`, spoolMaxBytes);
const refused = (reason: string, what = 'requests') =>
  under.count(`moalog_rejected_${what}_total`, { receiver: 'fluent-forward', reason });

describe('the Fluent forward receiver', () => {
  it.each<[string, unknown[]]>([
    ['Message', ['app.web', SECONDS, { message: 'one' }]],
    ['Message with EventTime', ['app.web', eventTime(SECONDS, 5), { message: 'one' }]],
    ['Message as Fluent Bit 2 writes it', ['app.web', [eventTime(SECONDS, 5), {}], { message: 'one' }]],
    ['Forward', ['app.web', [[SECONDS, { message: 'one' }], [SECONDS, { message: 'two' }]]]], // biome-ignore format: a table
    ['PackedForward', ['app.web', packed([SECONDS, { message: 'one' }], [SECONDS, { message: 'two' }])]],
    ['CompressedPackedForward', ['app.web', gzipSync(packed([SECONDS, { message: 'one' }])), { compressed: 'gzip' }]],
    ['CompressedPackedForward with zstd', ['app.web', zstdCompressSync(packed([SECONDS, { message: 'one' }])), { compressed: 'zstd' }]], // biome-ignore format: a table
  ])('takes %s', async (_name, message) => {
    under = await start();
    const sender = await Sender.open();
    sender.send(message);
    const [frame] = await under.frames(1);
    expect(frame?.header).toMatchObject({ source: 'fluent-forward', fields: { time: ['fluent.time'] } });
    const events = (frame?.lines ?? []).map((line) => JSON.parse(line));
    expect(events.map((event) => event.message)).toEqual(['one', 'two'].slice(0, events.length));
    expect(events[0]).toMatchObject({
      'fluent.tag': 'app.web',
      'fluent.time': expect.stringMatching(/^17000000{2}0*5?$/),
    });
  });

  it('takes entries in a text, as old senders write them', async () => {
    under = await start();
    const entries = packed([SECONDS, { message: 'one' }]);
    const sender = await Sender.open();
    sender.socket.write(Buffer.concat([Buffer.of(0x92, 0xa1, 0x74, 0xd9, entries.length), entries]));
    expect(await under.events(1)).toMatchObject([{ 'fluent.tag': 't', message: 'one' }]);
  });

  it.each([
    ['Message', (chunk: string) => ['t', SECONDS, { message: 'm' }, { chunk }]],
    ['Forward', (chunk: string) => ['t', [[SECONDS, { message: 'm' }]], { chunk, size: 1 }]],
    ['PackedForward', (chunk: string) => ['t', packed([SECONDS, { message: 'm' }]), { chunk }]],
    ['CompressedPackedForward', (chunk: string) => ['t', gzipSync(packed([SECONDS, { message: 'm' }])), { chunk, compressed: 'gzip' }]], // biome-ignore format: a table
  ])('acknowledges a chunk of %s once it is durable, and stores the same chunk once', async (_name, messageOf) => {
    under = await start();
    const sender = await Sender.open();
    for (let time = 0; time < 2; time++) {
      sender.send(messageOf('p8n9gmxTQVC8/nh2wlKKeQ=='));
      expect(await sender.answer()).toEqual({ ack: 'p8n9gmxTQVC8/nh2wlKKeQ==' });
    }
    expect(await under.events(1)).toHaveLength(1);
    expect(await under.count('moalog_duplicate_batches_total', { receiver: 'fluent-forward' })).toBe(1);
  });

  it('acknowledges nothing while the spool is full', async () => {
    under = await start('', 1_000);
    const sender = await Sender.open();
    const record = { message: 'x'.repeat(900) };
    sender.send(['t', SECONDS, record, { chunk: 'a' }]);
    expect(await sender.answer()).toEqual({ ack: 'a' });
    sender.send(['t', SECONDS, record, { chunk: 'b' }]);
    await sleep(1_000);
    expect(sender.answers).toHaveLength(0);
    await under.spool.drain();
    expect(await sender.answer()).toEqual({ ack: 'b' });
  });

  it('takes messages in pieces of a byte, several at once, and nil heartbeats between them', async () => {
    under = await start();
    const sender = await Sender.open();
    const stream = Buffer.concat(
      [['a', SECONDS, { n: 1 }], null, ['b', [[SECONDS, { n: 2 }]]]].map((message) => encode(message)),
    );
    for (const byte of stream) {
      sender.socket.write(Buffer.of(byte));
      await sleep(1);
    }
    sender.send(['c', SECONDS, { n: 3 }], null, ['d', SECONDS, { n: 4 }]);
    expect((await under.events(4)).map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  });

  it('loses one event that cannot be read, counts it, and acknowledges the others', async () => {
    under = await start();
    const sender = await Sender.open();
    const evil = Buffer.from(encode(['x', { aaaaaaaaa: 1 }])).subarray(3);
    evil.write('__proto__', evil.indexOf('aaaaaaaaa'));
    const entries = Buffer.concat([encode([SECONDS, { n: 1 }]), Buffer.of(0x92), encode(SECONDS), evil, encode(7), encode([SECONDS, { n: 2 }])]); // biome-ignore format: one stream
    sender.send(['t', entries, { chunk: 'c' }]);
    expect(await sender.answer()).toEqual({ ack: 'c' });
    expect((await under.events(2)).map(({ n }) => n)).toEqual([1, 2]);
    await expect.poll(() => refused('invalid_message', 'events')).toBe(2);
  });

  it.each<[string, string, Buffer]>([
    ['another protocol', 'invalid_message', Buffer.from('GET / HTTP/1.1\r\n')],
    ['a byte that MessagePack does not have', 'invalid_message', Buffer.of(0x92, 0xc1)],
    ['an array that is no message', 'invalid_message', Buffer.from(encode([1]))],
    ['an unknown compression', 'invalid_message', Buffer.from(encode(['t', Buffer.from('x'), { compressed: 'lz4' }]))],
    [
      'what cannot be inflated',
      'invalid_message',
      Buffer.from(encode(['t', Buffer.from('x'), { compressed: 'gzip' }])),
    ],
    ['an array of four thousand million', 'message_too_large', Buffer.of(0xdd, 0xff, 0xff, 0xff, 0xff)],
    ['a message over the limit', 'message_too_large', Buffer.from(encode(['t', SECONDS, { m: 'x'.repeat(2_000) }]))],
    ['what inflates beyond the limit', 'message_too_large', Buffer.from(encode(['t', gzipSync(Buffer.alloc(100_000)), { compressed: 'gzip' }]))], // biome-ignore format: a table
  ])('ends the connection of a sender of %s, and no other', async (_name, reason, bytes) => {
    under = await start('?max_message_bytes=1000');
    const [good, bad] = [await Sender.open(), await Sender.open()];
    bad.socket.write(bytes);
    await once(bad.socket, 'close');
    await expect.poll(() => refused(reason)).toBe(1);
    good.send(['t', SECONDS, { message: 'good' }, { chunk: 'g' }]);
    expect(await good.answer()).toEqual({ ack: 'g' });
  });

  it('answers heartbeats by UDP', async () => {
    under = await start();
    const socket = createSocket('udp4');
    socket.send(Buffer.of(0), under.port(), '127.0.0.1');
    const [answer] = await once(socket, 'message');
    expect(answer).toEqual(Buffer.of(0));
    socket.close();
  });
});

describe('a shared key', () => {
  const digest = (...parts: (string | Uint8Array)[]): string =>
    parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest('hex');
  /** Says hello with a key; gives the PONG. */
  const shake = async (sender: Sender, key: string): Promise<unknown[]> => {
    const [word, { nonce, auth }] = (await sender.answer()) as [string, { nonce: Uint8Array; auth: string }]; // HELO
    expect([word, auth]).toEqual(['HELO', '']);
    const salt = Buffer.from([0, 255, 128, 7]);
    sender.send(['PING', 'client-1', salt, digest(salt, 'client-1', nonce, key), '', '']);
    const pong = (await sender.answer()) as [string, boolean, string, string, string]; // PONG
    if (pong[1]) expect(pong[4]).toBe(digest(salt, pong[3], nonce, key));
    return pong;
  };

  it('lets those in who know it, and proves that we know it', async () => {
    under = await start(`?shared_key_file=${keyFile}`);
    const sender = await Sender.open();
    expect((await shake(sender, 's3cret')).slice(0, 3)).toEqual(['PONG', true, '']);
    sender.send(['t', SECONDS, { message: 'known' }]);
    expect(await under.events(1)).toMatchObject([{ message: 'known' }]);
  });

  it('keeps those out who do not, and those who send without a word', async () => {
    under = await start(`?shared_key_file=${keyFile}`);
    const [wrong, silent] = [await Sender.open(), await Sender.open()];
    const closed = [wrong, silent].map(({ socket }) => once(socket, 'close'));
    expect((await shake(wrong, 'guess')).slice(0, 3)).toEqual(['PONG', false, 'shared_key mismatch']);
    silent.send(['t', SECONDS, { message: 'unknown' }]);
    await Promise.all(closed);
    await expect.poll(() => refused('unauthenticated')).toBe(2);
    expect(await under.count('moalog_accepted_events_total', { receiver: 'fluent-forward' })).toBe(0);
  });

  it('must be in the file that is named', async () => {
    await expect(start('?shared_key_file=/nowhere/key')).rejects.toThrow(/nowhere/);
  });
});

describe('an event line', () => {
  const line = (time: unknown, record: unknown) => {
    const bytes = new Encoder({ useBigInt64: true }).encode([time, record]);
    return JSON.parse(fluentEventLine('t', decodeValue(Buffer.from(bytes))));
  };

  it.each<[string, unknown, object]>([
    ['texts, numbers, lists and maps', { a: '결제', b: 1.5, c: [1, { d: true }], e: null }, { a: '결제', b: 1.5, c: [1, { d: true }], e: null }], // biome-ignore format: a table
    ['maps as dotted names', { kubernetes: { pod: 'a', labels: { app: 'b' }, none: {} } }, { 'kubernetes.pod': 'a', 'kubernetes.labels.app': 'b', 'kubernetes.none': {} }], // biome-ignore format: a table
    ['binary that is text', { log: Buffer.from('결제 실패') }, { log: '결제 실패' }],
    ['binary that is none', { log: Buffer.from([0xff, 0xfe]) }, { log: '//4=' }],
    [
      'numbers that JSON does not have',
      { nan: Number.NaN, inf: Number.POSITIVE_INFINITY },
      { nan: 'NaN', inf: 'Infinity' },
    ],
    ['times and unknown extensions', { at: eventTime(1, 5), when: new Date(0), other: new ExtData(7, Buffer.from('x')) }, { at: '1000000005', when: '1970-01-01T00:00:00.000Z', other: 'eA==' }], // biome-ignore format: a table
    ['a record that is no map', 'plain text', { message: 'plain text' }],
  ])('keeps %s', (_name, record, expected) => {
    expect(line(0, record)).toEqual({ 'fluent.tag': 't', ...expected });
  });

  it('keeps integers of 64 bits to the last digit', () => {
    const bytes = new Encoder({ useBigInt64: true }).encode([0, { id: 9_223_372_036_854_775_807n }]);
    expect(fluentEventLine('', decodeValue(Buffer.from(bytes)))).toBe('{"id":9223372036854775807}');
  });

  it('has the time in nanoseconds or seconds, and the metadata of Fluent Bit', () => {
    expect(line(SECONDS, {})).toMatchObject({ 'fluent.time': '1700000000' });
    expect(line(SECONDS + 0.25, {})).toMatchObject({ 'fluent.time': '1700000000.250000' });
    expect(line(eventTime(SECONDS, 123_456_789), {})).toMatchObject({ 'fluent.time': '1700000000123456789' });
    expect(line([SECONDS, { otlp: 1 }], {})).toMatchObject({
      'fluent.time': '1700000000',
      'fluent.metadata.otlp': 1,
    });
  });

  it('refuses what is nested too deep instead of failing', () => {
    const deep = Buffer.concat([Buffer.from(Array.from({ length: 50_000 }, () => 0x91)), Buffer.of(0xc0)]);
    expect(() => fluentEventLine('t', [0, { deep: decodeValue(deep) }])).toThrow(Refusal);
  });
});

describe('framing', () => {
  const valid = Buffer.concat(
    [['tag', [[eventTime(1, 2), { a: 'b', c: [1, 2.5, null, true], d: Buffer.from('x') }]], { chunk: 'c' }], null, ['t', packed([1, { a: 1 }])]].map((message) => encode(message)), // biome-ignore format: one stream
  );
  const framed = (chunks: readonly Buffer[]): Buffer[] => {
    const framing = new MessageFraming(10_000);
    const messages: Buffer[] = [];
    for (const chunk of chunks) {
      framing.push(chunk);
      for (let next = framing.next(); next !== null; next = framing.next()) messages.push(Buffer.from(next));
    }
    return messages;
  };

  it('finds the same messages however the stream is cut', () => {
    const whole = framed([valid]);
    expect(whole).toHaveLength(3);
    fc.assert(
      fc.property(fc.array(fc.nat(valid.length), { maxLength: 10 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), valid.length];
        expect(framed(at.slice(1).map((end, index) => valid.subarray(at[index], end)))).toEqual(whole);
      }),
    );
  });

  it('never fails in another way than a refusal, whatever comes', async () => {
    const mutated = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length))
      .map(([at, byte, end]) => Buffer.concat([valid.subarray(0, at), Buffer.of(byte), valid.subarray(at + 1)]).subarray(0, end)); // biome-ignore format: short
    const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, random), async (bytes) => {
        try {
          for (const message of framed([bytes])) {
            const { entries, tag } = await readMessage(message, 10_000);
            for (const entry of entries) JSON.parse(fluentEventLine(tag, decodeValue(entry)));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
