import type { Frame } from '../transport.ts';
import { batchFingerprint, type SeenBatch } from './batch-ids.ts';
import type { Disk, SpoolFile } from './disk.ts';
import { frameIndexLine } from './frame-index.ts';
import { framesPath } from './segment-names.ts';

/** A frame that waits to be written. */
export interface PendingFrame {
  readonly frame: Frame;
  readonly header: Buffer;
}

/**
 * The segment that is written. `append` is called by one at a time. What it resolved for is durable; after it rejected the segment takes no more and
 * is to be closed: the page cache is not trusted after a failed fsync (https://wiki.postgresql.org/wiki/Fsync_Errors).
 */
export class OpenSegment {
  readonly seq: number;
  readonly path: string;
  /** When the oldest frame was accepted, milliseconds since the epoch. */
  oldestReceivedAt = Number.POSITIVE_INFINITY;
  /** Durable rows, frame headers among them, and bytes. */
  rows = 0;
  bytes = 0;
  readonly batches: SeenBatch[] = [];
  readonly #disk: Disk;
  readonly #file: SpoolFile;
  /** Resolves when the file's name is durable; awaited before the first acknowledgement. */
  #named: Promise<void> | null;
  #index: string[] = [];
  #mayHaveMore = false;

  private constructor(seq: number, path: string, disk: Disk, file: SpoolFile, named: Promise<void>) {
    this.seq = seq;
    this.path = path;
    this.#disk = disk;
    this.#file = file;
    this.#named = named;
  }

  static async create(seq: number, path: string, directory: string, disk: Disk): Promise<OpenSegment> {
    const file = await disk.create(path);
    const named = disk.syncDirectory(directory);
    // Awaited in append; this handler only keeps an early rejection from being unhandled.
    named.catch(() => {});
    return new OpenSegment(seq, path, disk, file, named);
  }

  async append(group: readonly PendingFrame[]): Promise<void> {
    this.#mayHaveMore = true;
    const buffers: Buffer[] = [];
    for (const { frame, header } of group) buffers.push(header, frame.payload);
    await this.#file.writeAt(this.bytes, buffers);
    await this.#file.sync();
    if (this.#named !== null) await this.#named;
    this.#named = null;
    this.#mayHaveMore = false;
    for (const { frame, header } of group) this.#note(frame, header.length);
  }

  #note(frame: Frame, headerBytes: number): void {
    this.bytes += headerBytes + frame.payload.length;
    this.#index.push(frameIndexLine(frame, { headerRow: this.rows, rows: frame.rows, end: this.bytes }));
    this.rows += 1 + frame.rows;
    this.oldestReceivedAt = Math.min(this.oldestReceivedAt, frame.receivedAt);
    if (frame.batchId !== undefined) {
      this.batches.push({ fingerprint: batchFingerprint(frame.project, frame.batchId), receivedAt: frame.receivedAt });
    }
  }

  /**
   * Ends the file behind the last durable frame, runs `before`, and writes the index. The index says to the next start that nothing is left to do
   * for this segment, so it comes last. May be tried again after it rejected.
   */
  async finish(before: () => Promise<void>): Promise<void> {
    if (this.#mayHaveMore) {
      await this.#file.truncate(this.bytes);
      await this.#file.sync();
      this.#mayHaveMore = false;
    }
    await before();
    await this.#disk.write(framesPath(this.path), this.#index.join(''));
  }

  /** Closes the file; after `finish`, or when the segment is given up until the next start. */
  async close(): Promise<void> {
    this.#index = [];
    await this.#file.close();
  }

  /** Removes the file of a segment in which nothing became durable. */
  async discard(): Promise<void> {
    await this.#file.close();
    await this.#disk.remove(this.path);
  }
}
