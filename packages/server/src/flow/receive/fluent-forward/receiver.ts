import { encode } from '@msgpack/msgpack';
import { type Connection, Refusal, type SocketReceiver } from '../listeners/socket-receiver.ts';
import { fluentEventLine } from './event-line.ts';
import { Handshake, readSharedKey } from './handshake.ts';
import { type ForwardMessage, readMessage } from './message.ts';
import { decode, MessageFraming } from './msgpack.ts';
import { StoresUnderWay } from './stores-under-way.ts';

const NIL = 0xc0;
/** Events of a message that are handed over together. */
const EVENTS_AT_ONCE = 50_000;

/**
 * Fluent forward 1, the protocol of Fluentd, Fluent Bit and their loggers. A message that names its chunk is acknowledged once it is durable, and the same chunk
 * again is stored once. With a shared key senders prove that they know it. UDP heartbeats on the same port are answered.
 */
export const fluentForward: SocketReceiver = {
  answersHeartbeats: true,

  async check({ shared_key_file: file }) {
    if (file !== undefined) await readSharedKey(file);
  },

  async serve(connection) {
    const { max_message_bytes: maxBytes, shared_key_file: file } = connection.config;
    const framing = new MessageFraming(maxBytes);
    let handshake = file === undefined ? null : new Handshake(await readSharedKey(file));
    if (handshake !== null) connection.write(handshake.hello());
    const stores = new StoresUnderWay();
    for await (const chunk of connection.chunks) {
      framing.push(chunk);
      for (let message = framing.next(); message !== null; message = framing.next()) {
        if (message[0] === NIL) continue;
        if (handshake === null) await takeMessage(connection, message, stores);
        else {
          const { accepted, pong } = handshake.answer(message);
          connection.write(pong);
          if (!accepted) throw new Refusal('unauthenticated', 'the sender does not know the shared key');
          handshake = null;
        }
      }
    }
    await stores.all();
  },
};

async function takeMessage(connection: Connection, bytes: Buffer, stores: StoresUnderWay): Promise<void> {
  const { lines: batch, config, large } = connection;
  const { chunk, lines } = await large(async () => {
    const message = await readMessage(bytes, config.max_message_bytes);
    return { chunk: message.chunk, lines: eventLines(connection, message) };
  });
  if (chunk === null) {
    for (const line of lines) batch.add(line);
    await batch.room();
  } else {
    stores.add(acknowledge(connection, chunk, lines), bytes.length);
    await stores.room();
  }
}

async function acknowledge(connection: Connection, chunk: string, lines: readonly string[]): Promise<void> {
  await storeChunk(connection, chunk, lines);
  connection.write(Buffer.from(encode({ ack: chunk })));
}

/** One event that cannot be read costs itself alone. */
function eventLines({ refuse }: Connection, { tag, entries }: ForwardMessage): string[] {
  const lines: string[] = [];
  let [unread, why] = [0, ''];
  for (const entry of entries) {
    try {
      lines.push(fluentEventLine(tag, decode(entry)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      unread++;
      why = error.message;
    }
  }
  if (unread > 0) refuse('invalid_message', unread, `${tag}: ${why}`);
  return lines;
}

async function storeChunk(connection: Connection, chunk: string, lines: readonly string[]): Promise<void> {
  for (let from = 0; from < lines.length; from += EVENTS_AT_ONCE) {
    const part = lines.slice(from, from + EVENTS_AT_ONCE);
    const text = `${part.join('\n')}\n`;
    const payload = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
    payload.write(text);
    await connection.store({ payload, rows: part.length, batchId: `fluent-forward ${chunk} ${from}` });
  }
}
