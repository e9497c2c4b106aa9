import type { Logger } from 'pino';
import type { Config } from '#config';
import { MoalogError } from '#errors';
import type { Disk } from './disk.ts';

/** How often free space is asked for while frames arrive, and how long after a failed write the next one is tried. */
const CHECK_EVERY_MS = 1_000;

/** What waits between acceptance and the store. */
export interface Waiting {
  readonly bytes: number;
  readonly oldestMs: number;
}

/** Decides whether the spool takes a frame: limits on bytes and age, room on the disk, failed writes. */
export class Admission {
  readonly #config: Pick<Config, 'spoolMaxBytes' | 'spoolMaxAgeMs' | 'minFreeBytes'>;
  readonly #directory: string;
  readonly #disk: Disk;
  readonly #log: Logger;
  #checkedAt = 0;
  #checking: Promise<void> | null = null;
  #lowDisk = false;
  /** Until when frames are refused because a write failed. */
  #refuseUntil = 0;

  constructor(
    config: Pick<Config, 'spoolMaxBytes' | 'spoolMaxAgeMs' | 'minFreeBytes'>,
    directory: string,
    disk: Disk,
    log: Logger,
  ) {
    this.#config = config;
    this.#directory = directory;
    this.#disk = disk;
    this.#log = log;
  }

  /** Throws the error that the sender is to see. Costs a comparison or two; the disk is asked beside it, at most once a second. */
  admit(waiting: Waiting, frameBytes: number, now: number): void {
    if (now - this.#checkedAt >= CHECK_EVERY_MS) void this.checkDisk(now);
    if (this.#lowDisk || now < this.#refuseUntil) throw diskFull();
    const { spoolMaxBytes, spoolMaxAgeMs } = this.#config;
    if (waiting.bytes + frameBytes > spoolMaxBytes && waiting.bytes > 0) {
      throw new MoalogError(
        'back_pressure',
        `${mebibytes(waiting.bytes)} wait for the store, the limit is ${mebibytes(spoolMaxBytes)}. Send again later.`,
        { retryAfterS: 5 },
      );
    }
    if (waiting.oldestMs > spoolMaxAgeMs) {
      const [seconds, limit] = [Math.round(waiting.oldestMs / 1_000), Math.round(spoolMaxAgeMs / 1_000)];
      throw new MoalogError(
        'back_pressure',
        `Events have waited ${seconds} s for the store, the limit is ${limit} s. Send again later.`,
        { retryAfterS: 5 },
      );
    }
  }

  /** Whether frames are refused now. */
  full(waiting: Waiting, now: number): boolean {
    return (
      this.#lowDisk ||
      now < this.#refuseUntil ||
      waiting.bytes >= this.#config.spoolMaxBytes ||
      waiting.oldestMs > this.#config.spoolMaxAgeMs
    );
  }

  /** The error for the senders of a group whose write failed; the disk gets a pause before the next try. */
  writeFailed(error: unknown, now: number): MoalogError {
    this.#refuseUntil = now + CHECK_EVERY_MS;
    this.#log.error(
      { event: 'spool_write_failed', err: error },
      'writing to the spool failed; nothing of the group was acknowledged',
    );
    return diskFull(error);
  }

  async checkDisk(now: number): Promise<void> {
    this.#checkedAt = now;
    this.#checking ??= this.#measure().finally(() => {
      this.#checking = null;
    });
    await this.#checking;
  }

  async #measure(): Promise<void> {
    const { minFreeBytes } = this.#config;
    let freeBytes: number;
    try {
      freeBytes = await this.#disk.freeBytes(this.#directory);
    } catch (error) {
      this.#log.warn({ event: 'free_space_unknown', err: error }, 'free disk space cannot be measured');
      return;
    }
    const low = freeBytes < minFreeBytes;
    if (low !== this.#lowDisk) {
      if (low)
        this.#log.error(
          { event: 'disk_low', freeBytes, minFreeBytes },
          'the disk is nearly full; ingestion is refused',
        );
      else this.#log.info({ event: 'disk_recovered', freeBytes }, 'there is room on the disk again; ingestion goes on');
    }
    this.#lowDisk = low;
  }
}

function diskFull(cause?: unknown): MoalogError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const detail =
    cause === undefined || code === 'ENOSPC' || code === 'EDQUOT'
      ? 'The disk that holds the data directory is full. Make room; ingestion goes on by itself then.'
      : `The spool cannot be written (${code ?? String(cause)}). Look at the disk that holds the data directory.`;
  return new MoalogError('disk_full', detail, { retryAfterS: 10, ...(cause === undefined ? {} : { cause }) });
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`;
