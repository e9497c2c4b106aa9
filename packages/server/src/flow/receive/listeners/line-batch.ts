import { payloadOf } from './payload.ts';
import type { Handful } from './socket-receiver.ts';

/** Lines are handed over when so many characters are gathered, or so long after the first of them. */
const FLUSH_CHARACTERS = 512 * 1024;
const FLUSH_MS = 50;
/** Lines that may wait for durability before senders are slowed down. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/** Gathers the lines of all senders of a listener: one hand-over, and one fsync, for many messages. */
export class LineBatch {
  readonly #store: (handful: Handful) => Promise<unknown>;
  #text = '';
  #rows = 0;
  #timer: NodeJS.Timeout | null = null;
  #waitingBytes = 0;
  readonly #waiting = new Set<Promise<unknown>>();
  #room: PromiseWithResolvers<void> | null = null;

  /** `store` resolves when the lines are durable; what it rejects with it has told already. */
  constructor(store: (handful: Handful) => Promise<unknown>) {
    this.#store = store;
  }

  /** Adds a line (without its newline). */
  add(line: string): void {
    this.#text += `${line}\n`;
    this.#rows++;
    if (this.#text.length >= FLUSH_CHARACTERS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Whether more waits than should: senders that can be slowed down wait for room, others lose. */
  get isFull(): boolean {
    return this.#waitingBytes >= MAX_WAITING_BYTES;
  }

  /** Resolves when there is room; null when there is. */
  room(): Promise<void> | null {
    if (!this.isFull) return null;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#rows === 0) return;
    const [text, rows] = [this.#text, this.#rows];
    this.#text = '';
    this.#rows = 0;
    const payload = payloadOf(text);
    const { length } = payload;
    this.#waitingBytes += length;
    const stored = this.#store({ payload, rows })
      .catch(() => {})
      .finally(() => {
        this.#waitingBytes -= length;
        this.#waiting.delete(stored);
        if (this.isFull) return;
        this.#room?.resolve();
        this.#room = null;
      });
    this.#waiting.add(stored);
  }

  /** Hands everything over and waits for it. */
  async drain(): Promise<void> {
    this.flush();
    await Promise.all(this.#waiting);
  }
}
