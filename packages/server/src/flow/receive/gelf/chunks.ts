import { Refusal } from '../listeners/socket-receiver.ts';

const MAGIC = 0x1e0f;
const HEADER_BYTES = 12;
/** By the specification. */
const MAX_CHUNKS = 128;
export const CHUNK_TIMEOUT_MS = 5_000;

interface Unfinished {
  readonly parts: (Buffer | undefined)[];
  readonly startedAt: number;
  missing: number;
  bytes: number;
}

/** Puts together messages that come in several datagrams, in any order. What is not whole in time, or finds no room, is given up. */
export class ChunkAssembly {
  readonly #unfinished = new Map<string, Unfinished>();
  readonly #maxBytes: number;
  readonly #onGivenUp: (messages: number) => void;
  #bytes = 0;

  /** `maxBytes`: chunks that may wait for others. */
  constructor(maxBytes: number, onGivenUp: (messages: number) => void) {
    this.#maxBytes = maxBytes;
    this.#onGivenUp = onGivenUp;
  }

  /** The message when this datagram is all of it, or the last chunk of one; else null. Throws a Refusal for a chunk that cannot be one. */
  take(datagram: Buffer, peer: string, now: number): Buffer | null {
    if (datagram.length < 2 || datagram.readUInt16BE() !== MAGIC) return datagram;
    const number = datagram[10] ?? 0;
    const count = datagram[11] ?? 0;
    if (datagram.length < HEADER_BYTES || count === 0 || count > MAX_CHUNKS || number >= count)
      throw new Refusal(
        'invalid_message',
        `chunk ${number + 1} of ${count} cannot be; at most ${MAX_CHUNKS} are allowed`,
      );
    const key = `${peer} ${datagram.toString('latin1', 2, 10)}`;
    let message = this.#unfinished.get(key);
    if (message === undefined || message.parts.length !== count) {
      message = { parts: new Array(count), startedAt: now, missing: count, bytes: 0 };
      this.#forget(key);
      this.#unfinished.set(key, message);
    }
    if (message.parts[number] !== undefined) return null;
    const part = datagram.subarray(HEADER_BYTES);
    message.parts[number] = part;
    message.bytes += part.length;
    this.#bytes += part.length;
    message.missing--;
    if (message.missing === 0) {
      this.#forget(key);
      return Buffer.concat(message.parts.filter((one) => one !== undefined));
    }
    this.#giveUp(() => this.#bytes > this.#maxBytes);
    return null;
  }

  /** Gives up what has waited for too long. */
  expire(now: number): void {
    this.#giveUp(({ startedAt }) => now - startedAt >= CHUNK_TIMEOUT_MS);
  }

  /** From the oldest on, while `isOver` says so. */
  #giveUp(isOver: (oldest: Unfinished) => boolean): void {
    let messages = 0;
    for (const [key, message] of this.#unfinished) {
      if (!isOver(message)) break;
      this.#forget(key);
      messages++;
    }
    if (messages > 0) this.#onGivenUp(messages);
  }

  #forget(key: string): void {
    this.#bytes -= this.#unfinished.get(key)?.bytes ?? 0;
    this.#unfinished.delete(key);
  }
}
