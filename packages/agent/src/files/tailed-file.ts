import { closeSync, fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { SourceConfig } from '../config/config.ts';
import type { Range, StoredFile, Tail } from '../journal/stored-file.ts';
import { type Assembled, type Assembler, assemblerOf } from '../lines/assembler.ts';
import { type Encoding, encodingOf } from '../lines/encoding.ts';
import { endsAlike, TAIL_BYTES, tailOf } from './content.ts';

const readBytes = promisify(read);

const FIRST_POLL_MS = 100;
const MAX_POLL_MS = 1_000;

export interface TailTimes {
  readonly batchBytes: number;
  readonly flushMs: number;
  readonly closeMs: number;
}

/** Bytes for the next request. */
export type Piece =
  | {
      readonly kind: 'events';
      readonly range: Omit<Range, 'acknowledged'>;
      readonly isNew: boolean;
      readonly assembled: Assembled;
    }
  /** No whole event is there yet. */
  | { readonly kind: 'nothing' }
  /** What was read is no longer there: the file was truncated or written anew. */
  | { readonly kind: 'replaced' };

/** Bytes of memory that `next` needs. */
export const bufferBytes = (batchBytes: number): number => TAIL_BYTES + batchBytes;

/** A file that is followed by its open descriptor, whatever its name becomes. It never holds content: that is read when there is a slot to send it. */
export class TailedFile {
  readonly stored: StoredFile;
  readonly source: SourceConfig;
  readonly #times: TailTimes;
  #descriptor: number | null;
  #encoding: Encoding | null = null;
  #assembler: Assembler | null = null;
  #readAt: number;
  #tail: Tail;
  #size = 0;
  #grewAt = 0;
  #waitsSince: number | null = null;
  /** A size at which there was no whole event. */
  #barrenSize = -1;
  #barrenAt = 0;
  #pollMs = FIRST_POLL_MS;
  #nextPollAt = 0;
  /** Since when no name within the globs leads here. */
  leftAt: number | null = null;
  /** `next` is running. */
  isReading = false;
  /** Starts of ranges that are being sent. */
  readonly sending = new Set<number>();

  constructor(stored: StoredFile, source: SourceConfig, descriptor: number | null, times: TailTimes) {
    this.stored = stored;
    this.source = source;
    this.#descriptor = descriptor;
    this.#times = times;
    const last = stored.ranges.at(-1);
    this.#readAt = last?.end ?? stored.acknowledged;
    this.#tail = last?.tail ?? stored.tail;
  }

  get readAt(): number {
    return this.#readAt;
  }

  get tail(): Tail {
    return this.#tail;
  }

  get descriptor(): number | null {
    return this.#descriptor;
  }

  /** Bytes that are not acknowledged yet, as of the last poll. */
  get lagBytes(): number {
    return Math.max(0, this.#size - this.stored.acknowledged);
  }

  /** Whether there is content, and all of it is acknowledged. */
  get isSent(): boolean {
    return (
      this.#descriptor !== null && this.#readAt > 0 && fstatSync(this.#descriptor).size === this.stored.acknowledged
    );
  }

  isDue(now: number): boolean {
    return now >= this.#nextPollAt;
  }

  /** Looks at the size. `ready`: `next` has something to do. `finished`: nothing will come any more and all is acknowledged. */
  poll(now: number): 'idle' | 'ready' | 'replaced' | 'finished' {
    if (this.#descriptor === null) return this.#isSettled() ? 'finished' : 'idle';
    const { size } = fstatSync(this.#descriptor);
    if (size !== this.#size) {
      this.#size = size;
      this.#grewAt = now;
      this.#pollMs = FIRST_POLL_MS;
    } else this.#pollMs = Math.min(MAX_POLL_MS, this.#pollMs * 1.5);
    this.#nextPollAt = now + this.#pollMs;
    if (size < this.#readAt) return 'replaced';
    if (this.#toSendAgain() !== undefined) return 'ready';
    if (size === this.#readAt) {
      this.#waitsSince = null;
      return this.#isQuiet(now) && this.#isSettled() ? 'finished' : 'idle';
    }
    this.#waitsSince ??= now;
    const isDue = size - this.#readAt >= this.#times.batchBytes || now - this.#waitsSince >= this.#times.flushMs;
    return isDue && !this.#isBarren(now) ? 'ready' : 'idle';
  }

  /** Whether there is more to read at once. */
  get hasMore(): boolean {
    return this.#toSendAgain() !== undefined || this.#size - this.#readAt >= this.#times.batchBytes;
  }

  /** Reads into `buffer` (of `bufferBytes`); what it gives may be a view of it. Not to be called again before it has settled. */
  async next(buffer: Buffer, now: number): Promise<Piece> {
    const again = this.#toSendAgain();
    return again === undefined ? this.#readNew(buffer, now) : this.#readAgain(again, buffer);
  }

  /** Goes on in another file with the same content: the copy that was made before the truncation. */
  moveTo(descriptor: number): void {
    this.close();
    this.#descriptor = descriptor;
    this.#barrenSize = -1;
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  /** Whether the last name of the file is gone. */
  isDeleted(): boolean {
    return this.#descriptor === null || fstatSync(this.#descriptor).nlink === 0;
  }

  /** Whether the file still holds what was read of it. */
  isSame(): boolean {
    const descriptor = this.#descriptor;
    return descriptor !== null && endsAlike(descriptor, this.#readAt, this.#tail);
  }

  #toSendAgain(): Range | undefined {
    return this.stored.ranges.find((range) => !range.acknowledged && !this.sending.has(range.start));
  }

  #isSettled(): boolean {
    return !this.isReading && this.stored.ranges.length === 0;
  }

  /** Nothing came since its name went away. */
  #isQuiet(now: number): boolean {
    return this.leftAt !== null && now - Math.max(this.leftAt, this.#grewAt) >= this.#times.closeMs;
  }

  /** Whether an open event at the end (a multi-line one) is taken to be whole. */
  #isTimedOut(now: number): boolean {
    return this.source.multiline !== undefined && now - this.#grewAt >= this.source.multiline.timeoutMs;
  }

  #isBarren(now: number): boolean {
    if (this.#barrenSize !== this.#size) return false;
    const becameWhole = (is: (at: number) => boolean): boolean => is(now) && !is(this.#barrenAt);
    return !becameWhole((at) => this.#isQuiet(at)) && !becameWhole((at) => this.#isTimedOut(at));
  }

  async #readNew(buffer: Buffer, now: number): Promise<Piece> {
    const start = this.#readAt;
    const overlap = this.#tail.bytes;
    const wanted = Math.min(buffer.length, overlap + this.#times.batchBytes);
    const size = this.#size;
    const got = await this.#fill(buffer.subarray(0, wanted), start - overlap);
    if (got < overlap || tailOf(buffer.subarray(0, overlap)).hash !== this.#tail.hash) return { kind: 'replaced' };
    const bytes = buffer.subarray(overlap, got);
    const isFull = got === wanted;
    const isEnd = !isFull && start + bytes.length >= size && this.#isQuiet(now);
    const assembled = await this.#assembleNew(bytes, { isEnd, isFull, isTimedOut: this.#isTimedOut(now) });
    if (assembled.consumed === 0) {
      this.#barrenSize = size;
      this.#barrenAt = now;
      return { kind: 'nothing' };
    }
    const end = start + assembled.consumed;
    const range = { start, end, tail: tailOf(buffer.subarray(0, overlap + assembled.consumed)) };
    this.#readAt = end;
    this.#tail = range.tail;
    this.#waitsSince = null;
    return { kind: 'events', range, isNew: true, assembled };
  }

  async #assembleNew(bytes: Buffer, at: { isEnd: boolean; isFull: boolean; isTimedOut: boolean }): Promise<Assembled> {
    const { encoding, assemble } = await this.#reading();
    const assembled = assemble(bytes, at.isEnd);
    if (assembled.consumed > 0 || bytes.length === 0) return assembled;
    if (!at.isFull && !at.isTimedOut) return assembled;
    const lines = encoding.wholeLines(bytes);
    // A line longer than a batch is cut.
    const end = lines === 0 && at.isFull ? encoding.characterEnd(bytes) : lines;
    return end === 0 ? assembled : assemble(bytes.subarray(0, end), true);
  }

  async #readAgain({ start, end, tail }: Range, buffer: Buffer): Promise<Piece> {
    const from = Math.min(start, end - tail.bytes);
    const bytes = buffer.subarray(0, end - from);
    if ((await this.#fill(bytes, from)) < bytes.length || tailOf(bytes).hash !== tail.hash) return { kind: 'replaced' };
    const { assemble } = await this.#reading();
    return {
      kind: 'events',
      range: { start, end, tail },
      isNew: false,
      assembled: assemble(bytes.subarray(start - from), true),
    };
  }

  async #reading(): Promise<{ encoding: Encoding; assemble: Assembler }> {
    if (this.#encoding === null) {
      const head = Buffer.alloc(4);
      const got = await this.#fill(head, 0);
      this.#encoding = encodingOf(this.source.encoding, head.subarray(0, got));
    }
    this.#assembler ??= assemblerOf(this.source, this.#encoding);
    return { encoding: this.#encoding, assemble: this.#assembler };
  }

  /** Reads as much as there is; the number of bytes. */
  async #fill(buffer: Buffer, from: number): Promise<number> {
    let got = 0;
    while (got < buffer.length) {
      if (this.#descriptor === null) return got;
      const { bytesRead } = await readBytes(this.#descriptor, buffer, got, buffer.length - got, from + got);
      if (bytesRead === 0) break;
      got += bytesRead;
    }
    return got;
  }
}
