import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { ByteReader } from '../listeners/byte-reader.ts';
import { Refusal } from '../listeners/socket-receiver.ts';
import { ListenersUnderTest } from '../listeners-under-test.ts';
import { readFrame } from './frames.ts';

let under: ListenersUnderTest;
afterEach(() => under?.stop());

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const sized = (bytes: Buffer | string): Buffer => Buffer.concat([number(Buffer.byteLength(bytes)), Buffer.from(bytes)]);
const window = (events: number, version = '2') => Buffer.concat([Buffer.from(`${version}W`), number(events)]);
const json = (sequence: number, text: string) => Buffer.concat([Buffer.from('2J'), number(sequence), sized(text)]);
const compressed = (...frames: Buffer[]) =>
  Buffer.concat([Buffer.from('2C'), sized(deflateSync(Buffer.concat(frames)))]);
const pairs = (sequence: number, fields: Record<string, string>) =>
  Buffer.concat([
    Buffer.from('1D'),
    number(sequence),
    number(Object.keys(fields).length),
    ...Object.entries(fields).flatMap(([name, value]) => [sized(name), sized(value)]),
  ]);
const ack = (sequence: number, version = '2') => Buffer.concat([Buffer.from(`${version}A`), number(sequence)]);

/** A sender that keeps what it is answered. */
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

  send(...frames: Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  async answered(expected: Buffer): Promise<void> {
    await expect.poll(() => this.answers.toString('hex'), { timeout: 8_000 }).toBe(expected.toString('hex'));
  }
}
const start = (more = '', spoolMaxBytes?: number) =>
  ListenersUnderTest.start(`lumberjack+tcp://127.0.0.1:0${more}`, spoolMaxBytes);
const refused = (reason: string) => under.count('moalog_rejected_requests_total', { receiver: 'lumberjack', reason });

describe('the Lumberjack receiver', () => {
  it('stores the JSON of a window as it came and acknowledges its last event', async () => {
    under = await start();
    const sender = await Sender.open();
    sender.send(window(2), json(1, '{"message":"결제"}'), json(2, '{\n  "message": "two"\n}'));
    await sender.answered(ack(2));
    const [frame] = await under.frames(2);
    expect(frame?.header.source).toBe('lumberjack');
    expect(frame?.lines).toEqual(['{"message":"결제"}', '{   "message": "two" }']);
    sender.send(window(1), json(1, '{"message":"three"}'));
    await sender.answered(Buffer.concat([ack(2), ack(1)]));
    expect(await under.events(1)).toEqual([{ message: 'three' }]);
  });

  it('takes compressed frames, plain ones beside them, and frames in as many pieces as they have bytes', async () => {
    under = await start();
    const sender = await Sender.open();
    const frames = [window(3), compressed(json(1, '{"message":"one"}'), json(2, '{"message":"two"}')), json(3, '{"message":"three"}')]; // biome-ignore format: one stream
    for (const byte of Buffer.concat(frames)) {
      sender.send(Buffer.of(byte));
      if (byte === 0x4a) await sleep(2);
    }
    await sender.answered(ack(3));
    expect((await under.events(3)).map(({ message }) => message)).toEqual(['one', 'two', 'three']);
  });

  it('takes version 1: pairs, with the answer in its version', async () => {
    under = await start();
    const sender = await Sender.open();
    sender.send(
      window(2, '1'),
      pairs(7, { line: 'from a file', file: '/var/log/a' }),
      pairs(8, { message: 'm', line: 'l' }),
    );
    await sender.answered(ack(8, '1'));
    expect(await under.events(2)).toEqual([
      { file: '/var/log/a', message: 'from a file' },
      { message: 'm', line: 'l' },
    ]);
  });

  it('keeps what is no JSON as it came, and acknowledges events without text', async () => {
    under = await start();
    const sender = await Sender.open();
    sender.send(window(2), json(1, 'no json'), json(2, ''), window(1), json(1, ''));
    await sender.answered(Buffer.concat([ack(2), ack(1)]));
    const [frame] = await under.frames(1);
    expect(frame?.lines).toEqual(['no json']);
  });

  it('acknowledges nothing while the spool is full, says that it is there, and acknowledges later', async () => {
    under = await start('', 1_000);
    const sender = await Sender.open();
    const line = JSON.stringify({ message: 'x'.repeat(900) });
    sender.send(window(1), json(1, line));
    await sender.answered(ack(1));
    sender.send(window(1), json(1, line));
    await sender.answered(Buffer.concat([ack(1), ack(0)]));
    await under.spool.drain();
    await sender.answered(Buffer.concat([ack(1), ack(0), ack(1)]));
  }, 20_000);

  it('does not acknowledge a window that was not stored before the server stopped', async () => {
    under = await start('', 1_000);
    const sender = await Sender.open();
    const line = JSON.stringify({ message: 'x'.repeat(900) });
    sender.send(window(1), json(1, line));
    await sender.answered(ack(1));
    sender.send(window(1), json(1, line));
    await sleep(200);
    await under.close();
    await sender.answered(ack(1));
  }, 20_000);

  it('acknowledges what becomes durable while the server stops', async () => {
    under = await start('', 1_000);
    const sender = await Sender.open();
    const line = JSON.stringify({ message: 'x'.repeat(900) });
    sender.send(window(1), json(1, line));
    await sender.answered(ack(1));
    sender.send(window(1), json(1, line));
    await sleep(200);
    const closing = under.close();
    await sleep(150);
    await under.spool.drain();
    await closing;
    await sender.answered(Buffer.concat([ack(1), ack(1)]));
  }, 20_000);

  it.each<[string, string, () => Buffer]>([
    ['another protocol', 'invalid_message', () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['an unknown frame', 'invalid_message', () => Buffer.from('2X1234')],
    ['an event outside of a window', 'invalid_message', () => json(1, '{}')],
    ['a window inside another', 'invalid_message', () => Buffer.concat([window(2), window(2)])],
    ['a compressed frame in a compressed frame', 'invalid_message', () => Buffer.concat([window(1), compressed(compressed(json(1, '{}')))])], // biome-ignore format: a table
    ['a compressed frame that is torn inside', 'invalid_message', () => Buffer.concat([window(1), compressed(json(1, '{"a":1}').subarray(0, -2))])], // biome-ignore format: a table
    [
      'what cannot be inflated',
      'invalid_message',
      () => Buffer.concat([window(1), Buffer.from('2C'), sized('no zlib')]),
    ],
    ['a frame over the limit', 'message_too_large', () => Buffer.concat([window(1), json(1, 'x'.repeat(2_000))])],
    ['a frame that inflates beyond the limit', 'message_too_large', () => Buffer.concat([window(1), compressed(json(1, ' '.repeat(900_000)))])], // biome-ignore format: a table
    ['an event with too many fields', 'message_too_large', () => Buffer.concat([window(1), Buffer.from('2D'), number(1), number(4e9)])], // biome-ignore format: a table
  ])('ends the connection of a sender of %s, and no other', async (_name, reason, bytes) => {
    under = await start('?max_message_bytes=1000');
    const [good, bad] = [await Sender.open(), await Sender.open()];
    good.send(window(2), json(1, '{"message":"one"}'));
    bad.send(bytes());
    await once(bad.socket, 'close');
    expect(bad.answers).toHaveLength(0);
    await expect.poll(() => refused(reason)).toBe(1);
    good.send(json(2, '{"message":"two"}'));
    await good.answered(ack(2));
    expect(await under.events(2)).toHaveLength(2);
  });

  it('stores nothing of a window whose connection is lost', async () => {
    under = await start();
    const lost = await Sender.open();
    lost.send(window(2), json(1, '{"message":"lost"}'));
    await sleep(100);
    lost.socket.destroy();
    const again = await Sender.open();
    again.send(window(1), json(1, '{"message":"again"}'));
    await again.answered(ack(1));
    expect(await under.events(1)).toEqual([{ message: 'again' }]);
  });
});

describe('frames', () => {
  const read = async (bytes: Buffer): Promise<unknown[]> => {
    const reader = ByteReader.of(bytes);
    const frames: unknown[] = [];
    for (let frame = await readFrame(reader, 10_000); frame !== null; frame = await readFrame(reader, 10_000))
      frames.push(frame);
    return frames;
  };
  const valid = Buffer.concat([window(3), json(1, '{"a":1}'), pairs(2, { a: 'b' }), compressed(json(3, '{}'))]);

  it('never fail in another way than a refusal, whatever comes', async () => {
    const mutated = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length))
      .map(([at, byte, end]) =>
        Buffer.concat([valid.subarray(0, at), Buffer.of(byte), valid.subarray(at + 1)]).subarray(0, end),
      );
    const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, random), async (bytes) => {
        await read(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(Refusal));
      }),
      { numRuns: 500 },
    );
  });

  it('that are cut off anywhere give what is whole before', async () => {
    const whole = await read(valid);
    for (let end = 0; end < valid.length; end++) {
      const frames = await read(valid.subarray(0, end));
      expect(whole.slice(0, frames.length)).toEqual(frames);
    }
  });
});
