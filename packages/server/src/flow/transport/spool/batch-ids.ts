import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import type { Disk } from './disk.ts';
import { FINGERPRINT_BYTES, FingerprintSet } from './fingerprint-set.ts';

/** Slices of the window; the oldest is forgotten as a whole, by deleting its file. */
const SLICES = 24;
/** Ids remembered at most, whatever the window says: 128 MiB of memory. */
const MAX_REMEMBERED = 4 * 1024 * 1024;

/** A batch id as it is remembered. */
export interface SeenBatch {
  readonly fingerprint: Buffer;
  readonly receivedAt: number;
}

/** 16 bytes for a batch id within its project. */
export function batchFingerprint(project: string, batchId: string): Buffer {
  return hash('sha256', `${project}\0${batchId}`, 'buffer').subarray(0, FINGERPRINT_BYTES);
}

/**
 * The batch ids of the window. Ids of frames in segments are found again in the segments; `persist` writes them to a file of their own before
 * a segment may be deleted. One append-only file a slice of the window, fingerprint after fingerprint: a torn end is harmless.
 */
export class BatchIds {
  readonly #slices = new Map<number, FingerprintSet>();
  readonly #directory: string;
  readonly #windowMs: number;
  readonly #sliceMs: number;
  readonly #disk: Disk;
  readonly #log: Logger;

  constructor(directory: string, windowMs: number, disk: Disk, log: Logger) {
    this.#directory = directory;
    this.#windowMs = windowMs;
    this.#sliceMs = Math.max(1, Math.ceil(windowMs / SLICES));
    this.#disk = disk;
    this.#log = log;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(directory)) {
      const [, start] = /^(\d+)\.ids$/.exec(name) ?? [];
      if (start === undefined) continue;
      const bytes = readFileSync(path.join(directory, name));
      // The length of a slice follows the window's; after a change of configuration an old file counts for its start.
      for (let at = 0; at + FINGERPRINT_BYTES <= bytes.length; at += FINGERPRINT_BYTES) {
        this.add({ fingerprint: bytes.subarray(at, at + FINGERPRINT_BYTES), receivedAt: Number(start) });
      }
    }
  }

  /** Whether the id was added within the window. */
  has(fingerprint: Buffer, now: number): boolean {
    for (const [slice, seen] of this.#slices) {
      if (slice + this.#sliceMs + this.#windowMs >= now && seen.has(fingerprint)) return true;
    }
    return false;
  }

  /** Remembers in memory alone. */
  add(batch: SeenBatch): void {
    const slice = this.#sliceOf(batch.receivedAt);
    let seen = this.#slices.get(slice);
    if (seen === undefined) {
      seen = new FingerprintSet();
      this.#slices.set(slice, seen);
    }
    seen.add(batch.fingerprint);
  }

  /** Makes the ids of a segment durable; resolves after fsync. */
  async persist(batches: readonly SeenBatch[], now: number): Promise<void> {
    const bySlice = Map.groupBy(batches, (batch) => this.#sliceOf(batch.receivedAt));
    for (const [slice, members] of bySlice) {
      const file = this.#fileOf(slice);
      const isNew = !existsSync(file);
      const handle = await open(file, 'a', 0o600);
      try {
        // A torn fingerprint at the end would shift all that follow.
        const { size } = await handle.stat();
        if (size % FINGERPRINT_BYTES !== 0) await handle.truncate(size - (size % FINGERPRINT_BYTES));
        await handle.writeFile(Buffer.concat(members.map((member) => member.fingerprint)));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      if (isNew) await this.#disk.syncDirectory(this.#directory);
    }
    await this.forgetOld(now);
  }

  /** Drops slices that left the window, and the oldest ones when there are more ids than memory is set aside for. */
  async forgetOld(now: number): Promise<void> {
    let remembered = [...this.#slices.values()].reduce((sum, seen) => sum + seen.size, 0);
    for (const slice of [...this.#slices.keys()].sort((a, b) => a - b)) {
      const expired = slice + this.#sliceMs + this.#windowMs < now;
      if (!expired && remembered <= MAX_REMEMBERED) break;
      if (!expired) {
        this.#log.warn(
          { event: 'batch_ids_forgotten_early', remembered, limit: MAX_REMEMBERED },
          'batch ids are forgotten before the window ends',
        );
      }
      remembered -= this.#slices.get(slice)?.size ?? 0;
      this.#slices.delete(slice);
      await this.#disk.remove(this.#fileOf(slice));
    }
  }

  #sliceOf(receivedAt: number): number {
    return Math.floor(receivedAt / this.#sliceMs) * this.#sliceMs;
  }

  #fileOf(slice: number): string {
    return path.join(this.#directory, `${slice}.ids`);
  }
}
