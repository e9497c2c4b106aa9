import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { giveBack } from '../intake/give-back.ts';
import { ByteReader } from '../listeners/byte-reader.ts';
import { LinesInHand } from '../listeners/lines-in-hand.ts';
import { type Connection, Refusal, type SocketReceiver } from '../listeners/socket-receiver.ts';
import { type LumberjackFrame, readFrame } from './frames.ts';

/** Beats give a connection up after 30 s without a word. */
const KEEP_ALIVE_MS = 5_000;
/** A longer window is stored in parts, and acknowledged after the last. */
const STORE_BYTES = 4 * 1024 * 1024;
const TWO = 0x32;
const inflateAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate);

/**
 * Lumberjack 1 and 2, the protocol of the Logstash output of Beats, Logstash's own lumberjack output and logstash-forwarder. A window of events is acknowledged
 * once all of it is durable; until then version 2 hears every few seconds that we are still there. An event that is no JSON object becomes text.
 */
export const lumberjack: SocketReceiver = {
  async serve(connection) {
    const session = new Session(connection);
    const timer = setInterval(() => session.keepAlive(), KEEP_ALIVE_MS);
    try {
      await session.read(new ByteReader(connection.chunks), false);
    } finally {
      clearInterval(timer);
    }
  },
};

class Session {
  readonly #connection: Connection;
  readonly #lines = new LinesInHand();
  #version = TWO;
  /** Events of the window that have not come. */
  #awaited = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Reads frames to the end of the stream, or of a compressed frame. */
  async read(reader: ByteReader, isInner: boolean): Promise<void> {
    const { max_message_bytes: maxBytes } = this.#connection.config;
    for (;;) {
      const frame = await readFrame(reader, maxBytes);
      if (frame === null) break;
      await this.#take(frame, isInner);
    }
    if (isInner && reader.isTorn) throw new Refusal('invalid_message', 'a compressed frame ends inside an event');
  }

  /** Sequence 0 acknowledges nothing. */
  keepAlive(): void {
    if (this.#awaited > 0 && this.#version === TWO) this.#acknowledge(0);
  }

  async #take(frame: LumberjackFrame, isInner: boolean): Promise<void> {
    switch (frame.kind) {
      case 'window':
        if (this.#awaited > 0) throw new Refusal('invalid_message', 'a window began inside another');
        this.#version = frame.version;
        this.#awaited = frame.events;
        return;
      case 'compressed':
        if (isInner) throw new Refusal('invalid_message', 'a compressed frame holds another');
        return this.#connection.large(async () => {
          const inflated = await this.#inflate(frame.payload);
          await this.read(ByteReader.of(inflated), true);
          // Lines in hand are views of it.
          if (this.#lines.bytes === 0) giveBack(inflated);
        });
      case 'json':
        this.#lines.add(frame.payload);
        return this.#counted(frame.sequence);
      case 'pairs':
        this.#lines.add(Buffer.from(JSON.stringify(named(frame.pairs))));
        return this.#counted(frame.sequence);
    }
  }

  async #counted(sequence: number): Promise<void> {
    if (this.#awaited === 0) throw new Refusal('invalid_message', 'an event came that belongs to no window');
    const isLast = this.#awaited === 1;
    if (isLast || this.#lines.bytes >= STORE_BYTES) {
      const handful = this.#lines.give();
      if (handful !== null) await this.#connection.store(handful);
    }
    this.#awaited--;
    if (isLast) this.#acknowledge(sequence);
  }

  #acknowledge(sequence: number): void {
    const answer = Buffer.alloc(6);
    answer[0] = this.#version;
    answer.write('A', 1);
    answer.writeUInt32BE(sequence, 2);
    this.#connection.write(answer);
  }

  async #inflate(payload: Buffer): Promise<Buffer> {
    const { max_message_bytes: maxOutputLength } = this.#connection.config;
    try {
      return await inflateAsync(payload, { maxOutputLength });
    } catch (cause) {
      const isTooLarge = cause instanceof RangeError;
      throw isTooLarge
        ? new Refusal('message_too_large', `a frame inflates to more than ${maxOutputLength} bytes (max_message_bytes)`)
        : new Refusal('invalid_message', `a compressed frame cannot be inflated: ${cause}`, { cause });
    }
  }
}

/** logstash-forwarder calls the message `line`. */
function named(pairs: ReadonlyMap<string, string>): Record<string, string> {
  const { line, ...others } = Object.fromEntries(pairs);
  return line === undefined || 'message' in others ? Object.fromEntries(pairs) : { ...others, message: line };
}
