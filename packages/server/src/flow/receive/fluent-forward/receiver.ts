import { encode } from '@msgpack/msgpack';
import { payloadOf } from '../listeners/payload.ts';
import { type Connection, type Handful, Refusal, type SocketReceiver } from '../listeners/socket-receiver.ts';
import { fluentEventLine } from './event-line.ts';
import { Handshake, readSharedKey } from './handshake.ts';
import { type ForwardMessage, readMessage } from './message.ts';
import { decode, MessageFraming } from './msgpack.ts';
import { StoresUnderWay } from './stores-under-way.ts';

const NIL = 0xc0;
/** A larger chunk is handed over in parts. */
const PART_CHARACTERS = 1024 * 1024;

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
  await large(async () => {
    const message = await readMessage(bytes, config.max_message_bytes);
    const lines = eventLines(connection, message);
    if (message.chunk === null) for (const line of lines) batch.add(line);
    else stores.add(storeChunk(connection, message.chunk, handfuls(lines, message.chunk)), bytes.length);
  });
  await batch.room();
  await stores.room();
}

/** One event that cannot be read costs itself alone. */
function* eventLines({ refuse }: Connection, { tag, entries }: ForwardMessage): Generator<string, undefined> {
  let [unread, why] = [0, ''];
  for (const entry of entries) {
    let line: string;
    try {
      line = fluentEventLine(tag, decode(entry));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      unread++;
      why = error.message;
      continue;
    }
    yield line;
  }
  if (unread > 0) refuse('invalid_message', unread, `${tag}: ${why}`);
}

/** The lines in parts, the same for the same chunk: each is stored once. */
function handfuls(lines: Iterable<string>, chunk: string): Handful[] {
  const parts: Handful[] = [];
  let [text, rows] = ['', 0];
  const add = (): void => {
    if (rows > 0) parts.push({ payload: payloadOf(text), rows, batchId: `fluent-forward ${chunk} ${parts.length}` });
    [text, rows] = ['', 0];
  };
  for (const line of lines) {
    text += `${line}\n`;
    rows++;
    if (text.length >= PART_CHARACTERS) add();
  }
  add();
  return parts;
}

async function storeChunk({ store, write }: Connection, chunk: string, parts: readonly Handful[]): Promise<void> {
  await Promise.all(parts.map(store));
  write(Buffer.from(encode({ ack: chunk })));
}
