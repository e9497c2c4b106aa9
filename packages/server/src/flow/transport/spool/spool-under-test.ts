import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { createMetrics } from '#metrics';
import type { Delivered, TransportUnderTest } from '../contract.suite.ts';
import type { Segment } from '../transport.ts';
import { FaultyDisk } from './faulty-disk.ts';
import { walkSegment } from './segment-walk.ts';
import { openSpool, type Spool, type SpoolConfig } from './spool.ts';

const DEFAULTS: SpoolConfig = {
  spoolMaxBytes: 1024 ** 3,
  spoolMaxAgeMs: 3_600_000,
  segmentMaxBytes: 64 * 1024 * 1024,
  segmentMaxAgeMs: 20,
  batchWindowMs: 3_600_000,
  minFreeBytes: 1,
};

/** A spool in a directory of its own, over a disk that can be broken. */
export class SpoolUnderTest implements TransportUnderTest {
  readonly dir = mkdtempSync(path.join(tmpdir(), 'moalog-spool-'));
  readonly disk = new FaultyDisk();
  readonly #config: SpoolConfig;
  #spool: Spool | null = null;

  private constructor(config: Partial<SpoolConfig>) {
    this.#config = { ...DEFAULTS, ...config };
  }

  static async open(config: Partial<SpoolConfig> = {}): Promise<SpoolUnderTest> {
    const under = new SpoolUnderTest(config);
    await under.#open();
    return under;
  }

  get transport(): Spool {
    if (this.#spool === null) throw new Error('the spool is not open');
    return this.#spool;
  }

  async #open(): Promise<void> {
    this.#spool = await openSpool({
      dir: this.dir,
      config: this.#config,
      disk: this.disk,
      log: pino({ level: 'silent' }),
      metrics: createMetrics(),
    });
  }

  /** Takes segments until nothing waits any more, marking each done. */
  async drain(): Promise<Delivered[]> {
    const delivered: Delivered[] = [];
    while (this.transport.backlog().bytes > 0) {
      const segment = await this.take();
      delivered.push(...(await readSegment(segment)));
      await this.transport.done(segment);
    }
    return delivered;
  }

  async take(timeoutMs = 5_000): Promise<Segment> {
    const segment = await this.transport.take(AbortSignal.timeout(timeoutMs));
    if (segment === null) throw new Error('no segment came');
    return segment;
  }

  async reopen(): Promise<void> {
    await this.transport.close();
    await this.#open();
  }

  async dispose(): Promise<void> {
    this.disk.full = false;
    await this.#spool?.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

export async function readSegment(segment: Segment): Promise<Delivered[]> {
  const { frames } = await walkSegment(segment.path);
  const rows = readFileSync(segment.path).toString('utf8').split('\n');
  return frames.map(({ header, place }) => ({
    header,
    lines: rows.slice(place.headerRow + 1, place.headerRow + 1 + place.rows),
  }));
}
