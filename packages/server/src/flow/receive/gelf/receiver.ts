import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { type DatagramTaker, type Listener, Refusal, type SocketReceiver } from '../listeners/socket-receiver.ts';
import { CHUNK_TIMEOUT_MS, ChunkAssembly } from './chunks.ts';
import { GelfFraming } from './framing.ts';
import { gelfEventLine } from './message.ts';

/** Chunks that wait for others, of all senders. */
const WAITING_CHUNK_BYTES = 32 * 1024 * 1024;

/** GELF over UDP (in chunks, plain or compressed with zlib, gzip or zstd) and over TCP and TLS (a zero byte behind each message). It has no answers. */
export const gelf: SocketReceiver = {
  async serve(connection) {
    const { chunks, config, lines, peer } = connection;
    const onTooLarge = () => refuseTooLarge(connection, peer);
    const framing = new GelfFraming(config.max_message_bytes, (message) => addMessage(connection, message), onTooLarge);
    for await (const chunk of chunks) {
      framing.push(chunk);
      const room = lines.room();
      if (room !== null) await room;
    }
    framing.end();
  },

  datagrams: takeDatagrams,
};

function takeDatagrams(listener: Listener): DatagramTaker {
  const assembly = new ChunkAssembly(WAITING_CHUNK_BYTES, (messages) =>
    listener.refuse(
      'chunks_missing',
      messages,
      `chunks of a message did not come within ${CHUNK_TIMEOUT_MS / 1_000} s`,
    ),
  );
  const timer = setInterval(() => assembly.expire(Date.now()), CHUNK_TIMEOUT_MS / 5);
  return {
    take(datagram, peer) {
      try {
        const message = assembly.take(datagram, peer, Date.now());
        if (message !== null) addMessage(listener, inflated(message, listener.config.max_message_bytes));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        listener.refuse(error.reason, 1, `${peer}: ${error.message}`);
      }
    },
    close: () => clearInterval(timer),
  };
}

function addMessage({ lines }: Listener, message: Buffer): void {
  const line = gelfEventLine(message.toString('utf8')).replaceAll('\n', ' ');
  if (line.trim() !== '') lines.add(line);
}

function refuseTooLarge({ refuse, config }: Listener, peer: string): void {
  refuse('message_too_large', 1, `a message of ${peer} is over ${config.max_message_bytes} bytes (max_message_bytes)`);
}

type Inflate = (bytes: Buffer, options: { maxOutputLength: number }) => Buffer;

/** The coding is known by its first bytes; JSON begins with none of them. */
function codingOf(bytes: Buffer): Inflate | null {
  if (bytes[0] === 0x78) return inflateSync;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync;
  return bytes.length > 4 && bytes.readUInt32BE() === 0x28b52ffd ? zstdDecompressSync : null;
}

/** In this thread: a message of some kilobytes takes less time than a turn of the thread pool. */
function inflated(bytes: Buffer, maxOutputLength: number): Buffer {
  const inflate = codingOf(bytes);
  if (inflate === null) return bytes;
  try {
    return inflate(bytes, { maxOutputLength });
  } catch (cause) {
    throw cause instanceof RangeError
      ? new Refusal('message_too_large', `a message inflates to more than ${maxOutputLength} bytes (max_message_bytes)`)
      : new Refusal('invalid_message', `a message cannot be inflated: ${cause}`, { cause });
  }
}
