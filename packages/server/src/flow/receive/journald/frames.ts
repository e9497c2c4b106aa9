import { setTimeout as sleep } from 'node:timers/promises';
import { MoalogError } from '#errors';
import type { FrameHeader } from '#transport';
import { EventLines } from '../event-line/index.ts';
import type { Lines, Stream } from '../intake/index.ts';
import { journalEventLine, placeOf } from './entry.ts';
import type { JournalEntry } from './export-format.ts';

/** Frames end where the number of an entry is a multiple of this, wherever an upload begins: what is uploaded again makes the same frames. */
const ENTRIES_A_FRAME = 4_096;
/** For entries without a number, and for large ones. */
const MAX_FRAME_BYTES = 8 * 1024 * 1024;
/** An endless upload waits this long for a store that is behind: refused, it would begin again where the last whole upload ended. */
const MAX_WAIT_MS = 30_000;
const WAIT_MS = 250;

/** Gathers entries of an upload into frames, and stores those. */
export class JournalFrames {
  readonly #stream: Pick<Stream, 'header' | 'store'>;
  readonly #waitMs: number;
  readonly #due: { readonly lines: Lines; readonly header: FrameHeader }[] = [];
  #lines = new EventLines();
  #bytes = 0;
  /** Places of the first and the last entry; undefined when the sender does not say. */
  #first: string | undefined;
  #last: string | undefined;

  /** `waits`: a store that is behind is waited for. */
  constructor(stream: Pick<Stream, 'header' | 'store'>, waits: boolean) {
    this.#stream = stream;
    this.#waitMs = waits ? MAX_WAIT_MS : 0;
  }

  add(entry: JournalEntry): void {
    const line = journalEventLine(entry);
    const place = placeOf(entry);
    this.#last = place === undefined ? undefined : `${place.journal} ${place.number}`;
    if (this.#lines.rows === 0) this.#first = this.#last;
    this.#lines.add(line);
    this.#bytes += line.length;
    if (this.#bytes >= MAX_FRAME_BYTES || (place !== undefined && place.number % ENTRIES_A_FRAME === 0)) this.#cut();
  }

  /** Stores the frames that are whole; resolves when they are durable. */
  async storeWhole(): Promise<void> {
    for (let frame = this.#due.shift(); frame !== undefined; frame = this.#due.shift())
      await this.#store(frame.lines, frame.header);
  }

  /** Stores everything. */
  async storeAll(): Promise<void> {
    this.#cut();
    await this.storeWhole();
  }

  #cut(): void {
    const { header } = this.#stream;
    const batchId =
      this.#first === undefined || this.#last === undefined || header.batchId !== undefined
        ? header.batchId
        : `journald ${this.#first} ${this.#last}`;
    this.#due.push({ lines: this.#lines.lines(), header: { ...header, ...(batchId !== undefined && { batchId }) } });
    this.#lines = new EventLines();
    this.#bytes = 0;
  }

  async #store(lines: Lines, header: FrameHeader): Promise<void> {
    for (const giveUp = Date.now() + this.#waitMs; ; await sleep(WAIT_MS)) {
      try {
        await this.#stream.store(lines, header);
        return;
      } catch (error) {
        const isBehind = error instanceof MoalogError && error.code === 'back_pressure';
        if (!isBehind || Date.now() >= giveUp) throw error;
      }
    }
  }
}
