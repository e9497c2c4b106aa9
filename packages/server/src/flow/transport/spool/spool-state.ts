import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Disk } from './disk.ts';

/** Numbers reserved by one write: after a crash at most so many are left out, which harms nobody. */
const RESERVED_AT_ONCE = 256;

/**
 * Identity of the spool and the numbers of its segments, kept in `spool.json`. Numbers rise strictly, over crashes and when
 * all segments are gone, since event ids and deduplication tokens are made of them.
 */
export class SpoolState {
  readonly id: string;
  #next: number;
  #reservedBelow: number;
  readonly #directory: string;
  readonly #disk: Disk;

  private constructor(directory: string, disk: Disk, id: string, next: number) {
    this.#directory = directory;
    this.#disk = disk;
    this.id = id;
    this.#next = next;
    this.#reservedBelow = next;
  }

  /** `above` is the greatest number that a segment on disk bears. */
  static async open(directory: string, disk: Disk, above: number): Promise<SpoolState> {
    const file = path.join(directory, 'spool.json');
    const stored = existsSync(file) ? parse(readFileSync(file, 'utf8')) : null;
    // A new spool begins at a number that no earlier spool of this machine can have reached (it would have to close ten
    // segments a second for ever), so event ids stay unique even when the directory was deleted and the store was not.
    const first = stored?.reservedBelow ?? Math.floor(Date.now() / 100);
    const state = new SpoolState(
      directory,
      disk,
      stored?.id ?? randomBytes(8).toString('hex'),
      Math.max(first, above + 1),
    );
    await state.#reserve(state.#next + RESERVED_AT_ONCE);
    return state;
  }

  /** The number that the next segment will bear. */
  get next(): number {
    return this.#next;
  }

  /** Makes sure that the next number may be taken. */
  async reserve(): Promise<void> {
    if (this.#next >= this.#reservedBelow) await this.#reserve(this.#next + RESERVED_AT_ONCE);
  }

  /** The next number, never given again; after `reserve`. */
  take(): number {
    return this.#next++;
  }

  async #reserve(below: number): Promise<void> {
    const file = path.join(this.#directory, 'spool.json');
    const handle = await open(`${file}.new`, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ v: 1, id: this.id, reservedBelow: below })}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
    await this.#disk.syncDirectory(this.#directory);
    this.#reservedBelow = below;
  }
}

function parse(text: string): { id: string; reservedBelow: number } | null {
  try {
    const state = JSON.parse(text) as { id?: unknown; reservedBelow?: unknown };
    return typeof state.id === 'string' && Number.isSafeInteger(state.reservedBelow)
      ? { id: state.id, reservedBelow: Number(state.reservedBelow) }
      : null;
  } catch {
    return null;
  }
}
