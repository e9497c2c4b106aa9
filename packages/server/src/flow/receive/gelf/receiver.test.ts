import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Refusal } from '../listeners/socket-receiver.ts';
import { ListenersUnderTest } from '../listeners-under-test.ts';
import { ChunkAssembly } from './chunks.ts';
import { GelfFraming } from './framing.ts';

let under: ListenersUnderTest;
afterEach(() => under?.stop());

const gelf = (short: string, more: object = {}): string =>
  JSON.stringify({ version: '1.1', host: 'web-1', short_message: short, level: 3, ...more });
const chunksOf = (message: Buffer, size: number, id = randomBytes(8)): Buffer[] => {
  const count = Math.ceil(message.length / size);
  return Array.from({ length: count }, (_, number) =>
    Buffer.concat([
      Buffer.of(0x1e, 0x0f),
      id,
      Buffer.of(number, count),
      message.subarray(number * size, (number + 1) * size),
    ]),
  );
};
const refused = (reason: string) => under.count('moalog_rejected_events_total', { receiver: 'gelf', reason });

describe('GELF by UDP', () => {
  it('takes plain and compressed messages', async () => {
    under = await ListenersUnderTest.start('gelf+udp://127.0.0.1:0');
    const coded = [gelf('plain'), gzipSync(gelf('gzip')), deflateSync(gelf('zlib')), zstdCompressSync(gelf('zstd'))];
    await under.udp(coded);
    const events = await under.events(4);
    expect(events.map(({ message }) => message)).toEqual(['plain', 'gzip', 'zlib', 'zstd']);
    expect(events[0]).toEqual({ host: 'web-1', level: 'error', message: 'plain' });
  });

  it('puts chunks together in any order, of several messages at once, and takes one that comes twice once', async () => {
    under = await ListenersUnderTest.start('gelf+udp://127.0.0.1:0');
    const [first, second] = [gelf('first '.repeat(500)), gelf('second '.repeat(500))];
    const [a, b] = [chunksOf(gzipSync(first), 20), chunksOf(Buffer.from(second), 100)];
    await under.udp([
      ...a.toReversed().slice(0, -1),
      ...b.slice(1),
      ...b.slice(1, 3),
      ...a.slice(0, 1),
      ...b.slice(0, 1),
    ]);
    expect((await under.events(2)).map(({ message }) => String(message).slice(0, 6)).sort()).toEqual([
      'first ',
      'second',
    ]);
  });

  it('gives up a message whose chunks do not all come, and counts it', async () => {
    under = await ListenersUnderTest.start('gelf+udp://127.0.0.1:0');
    await under.udp(chunksOf(Buffer.from(gelf('x'.repeat(500))), 100).slice(1));
    await expect.poll(() => refused('chunks_missing'), { timeout: 8_000 }).toBe(1);
  }, 15_000);

  it.each<[string, string, Buffer]>([
    ['a chunk with a number beyond their count', 'invalid_message', Buffer.concat([Buffer.of(0x1e, 0x0f), randomBytes(8), Buffer.of(5, 5)])], // biome-ignore format: a table
    ['more chunks than there may be', 'invalid_message', Buffer.concat([Buffer.of(0x1e, 0x0f), randomBytes(8), Buffer.of(0, 129)])], // biome-ignore format: a table
    ['a chunk without its header', 'invalid_message', Buffer.of(0x1e, 0x0f, 1)],
    ['what cannot be inflated', 'invalid_message', Buffer.of(0x1f, 0x8b, 1, 2, 3)],
    ['what inflates beyond the limit', 'message_too_large', gzipSync(Buffer.alloc(2_000_000))],
  ])('counts %s and takes what comes behind', async (_name, reason, datagram) => {
    under = await ListenersUnderTest.start('gelf+udp://127.0.0.1:0');
    await under.udp([datagram, gelf('good')]);
    expect(await under.events(1)).toMatchObject([{ message: 'good' }]);
    await expect.poll(() => refused(reason)).toBe(1);
  });
});

describe('GELF by TCP', () => {
  it('takes messages with a zero byte behind each, in any pieces, and the last without', async () => {
    under = await ListenersUnderTest.start('gelf+tcp://127.0.0.1:0');
    const socket = await under.tcp();
    const stream = Buffer.from(`${gelf('one')}\0${gelf('결제\n둘')}\0\0no json\nat all\0${gelf('last')}`);
    for (let at = 0; at < stream.length; at += 7) {
      socket.write(stream.subarray(at, at + 7));
      await sleep(1);
    }
    socket.end();
    const [frame] = await under.frames(4);
    expect(frame?.lines.map((line) => (line.startsWith('{') ? JSON.parse(line).message : line))).toEqual(['one', '결제\n둘', 'no json at all', 'last']); // biome-ignore format: one list
  });

  it('passes over a message beyond the limit and reads on', async () => {
    under = await ListenersUnderTest.start('gelf+tcp://127.0.0.1:0?max_message_bytes=1000');
    const socket = await under.tcp();
    socket.end(`${gelf('x'.repeat(200_000))}\0${gelf('good')}\0`);
    expect(await under.events(1)).toMatchObject([{ message: 'good' }]);
    await expect.poll(() => refused('message_too_large')).toBe(1);
  });
});

describe('parts of messages', () => {
  it('never fail in another way than a refusal, and never keep more than they may', () => {
    const datagram = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.nat(3), fc.nat(255), fc.nat(255), fc.uint8Array({ maxLength: 20 }))
        .map(([id, number, count, rest]) =>
          Buffer.concat([Buffer.of(0x1e, 0x0f, 0, 0, 0, 0, 0, 0, 0, id, number, count), rest]),
        ),
    );
    fc.assert(
      fc.property(fc.array(datagram, { maxLength: 60 }), (datagrams) => {
        let givenUp = 0;
        const assembly = new ChunkAssembly(100, (messages) => {
          givenUp += messages;
        });
        for (const bytes of datagrams) {
          try {
            assembly.take(Buffer.from(bytes), 'a', 0);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
        }
        assembly.expire(60_000);
        const before = givenUp;
        assembly.expire(120_000);
        expect(givenUp).toBe(before);
      }),
    );
  });

  it('make the same messages however a stream is cut', () => {
    const framed = (chunks: readonly Buffer[]): string[] => {
      const messages: string[] = [];
      const framing = new GelfFraming(
        20,
        (message) => messages.push(message.toString('latin1')),
        () => messages.push('…'),
      );
      for (const chunk of chunks) framing.push(chunk);
      framing.end();
      return messages;
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200, max: 5 }), fc.array(fc.nat(200)), (bytes, cuts) => {
        const stream = Buffer.from(bytes);
        const at = [0, ...cuts.filter((cut) => cut < stream.length).toSorted((a, b) => a - b), stream.length];
        const pieces = at.slice(1).map((end, index) => stream.subarray(at[index], end));
        const expected = stream.toString('latin1').split('\0').filter((text) => text !== '').map((text) => (text.length > 20 ? '…' : text)); // biome-ignore format: one list
        expect(framed(pieces)).toEqual(expected);
      }),
    );
  });
});
