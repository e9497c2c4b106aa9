import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '#config';
import { MoalogError } from '#errors';
import type { Metrics } from '#metrics';
import type { AppendOutcome, Frame, Segment, SegmentQueue, Transport } from '../transport.ts';
import { Admission } from './admission.ts';
import { BatchIds, batchFingerprint } from './batch-ids.ts';
import { type ClosedSegment, ClosedSegments } from './closed-segments.ts';
import { type Disk, nodeDisk } from './disk.ts';
import { encodeHeader, MAX_HEADER_BYTES } from './frame-codec.ts';
import { OpenSegment, type PendingFrame } from './open-segment.ts';
import { listSegments, type RecoveredSegment, type RecoveryParts, recoverSegment, verifySegment } from './recovery.ts';
import { Rotation } from './rotation.ts';
import { firstEventId, framesPath, MAX_ROWS, segmentPath } from './segment-names.ts';
import { SpoolState } from './spool-state.ts';

/** Frames beyond this wait for the next write, so that no acknowledgement waits for too much of others. */
const MAX_GROUP_BYTES = 16 * 1024 * 1024;
const MAX_GROUP_FRAMES = 4_096;
const RETRY_FINISH_MS = 1_000;

export type SpoolConfig = Pick<
  Config,
  'spoolMaxBytes' | 'spoolMaxAgeMs' | 'segmentMaxBytes' | 'segmentMaxAgeMs' | 'batchWindowMs' | 'minFreeBytes'
>;

export interface SpoolOptions {
  /** Directory of the spool alone; made when missing. One process uses it at a time (the data directory's lock). */
  readonly dir: string;
  readonly config: SpoolConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly disk?: Disk;
}

/** The embedded transport: an append-only, segmented write-ahead log. */
export type Spool = Transport & SegmentQueue;

export async function openSpool({ dir, config, log, metrics, disk = nodeDisk }: SpoolOptions): Promise<Spool> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const directory = path.resolve(dir);
  const seqs = await listSegments(directory, disk);
  const state = await SpoolState.open(directory, disk, seqs.at(-1) ?? 0);
  const batchIds = new BatchIds(path.join(directory, 'batches'), config.batchWindowMs, disk, log);
  const admission = new Admission(config, directory, disk, log);
  const recovery: RecoveryParts = {
    directory,
    disk,
    log,
    async keepBatches(batches) {
      for (const batch of batches) batchIds.add(batch);
      await batchIds.persist(batches, Date.now());
    },
  };
  const recovered: RecoveredSegment[] = [];
  for (const seq of seqs) {
    const segment = await recoverSegment(recovery, seq);
    if (segment !== null) recovered.push(segment);
  }
  await batchIds.forgetOld(Date.now());
  await admission.checkDisk(Date.now());
  if (recovered.length > 0) {
    const bytes = recovered.reduce((sum, segment) => sum + segment.bytes, 0);
    log.info(
      { event: 'spool_recovered', segments: recovered.length, bytes },
      'segments of an earlier run are handed out again',
    );
  }
  return new SegmentedSpool({ directory, config, log, metrics, disk, state, batchIds, admission, recovery }, recovered);
}

interface Parts {
  readonly directory: string;
  readonly config: SpoolConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly disk: Disk;
  readonly state: SpoolState;
  readonly batchIds: BatchIds;
  readonly admission: Admission;
  readonly recovery: RecoveryParts;
}

interface Waiting extends PendingFrame {
  readonly size: number;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Group commit: frames that arrive while a write is under way wait, and are written together by the next one; each is acknowledged
 * after the fdatasync of its group. One writer loop at a time; everything below runs on one thread.
 */
class SegmentedSpool implements Transport, SegmentQueue {
  readonly #parts: Parts;
  readonly #closed = new ClosedSegments();
  readonly #rotation: Rotation;
  /** Segments that hold events not marked done, by number in rising order, with the time of their oldest frame. */
  readonly #live = new Map<number, { oldestReceivedAt: number }>();
  readonly #inFlight = new Map<string, Promise<unknown>>();
  readonly #listeners = new Set<() => void>();
  #waiting: Waiting[] = [];
  #open: OpenSegment | null = null;
  #writer: Promise<void> | null = null;
  /** Segments are finished one after another, in order. */
  #finishing: Promise<void> = Promise.resolve();
  #bytes = 0;
  #rows = 0;
  #closing: Promise<void> | null = null;

  constructor(parts: Parts, recovered: readonly RecoveredSegment[]) {
    this.#parts = parts;
    this.#rotation = new Rotation({
      maxAgeMs: parts.config.segmentMaxAgeMs,
      isWanted: () => this.#closed.isWanted,
      onDue: () => this.#wakeWriter(),
    });
    for (const segment of recovered) {
      this.#live.set(segment.seq, { oldestReceivedAt: segment.oldestReceivedAt });
      this.#bytes += segment.bytes;
      this.#rows += segment.rows;
      this.#closed.add(this.#describe(segment));
    }
  }

  async append(frame: Frame): Promise<AppendOutcome> {
    if (frame.batchId === undefined) {
      await this.#enqueue(frame);
      return 'stored';
    }
    const fingerprint = batchFingerprint(frame.project, frame.batchId);
    const key = fingerprint.toString('latin1');
    // The same batch may be on its way: wait for it, and take its place when it failed.
    for (let first = this.#inFlight.get(key); first !== undefined; first = this.#inFlight.get(key)) {
      await first.catch(() => {});
    }
    if (this.#parts.batchIds.has(fingerprint, Date.now())) return 'duplicate';
    const stored = this.#enqueue(frame);
    this.#inFlight.set(key, stored);
    try {
      await stored;
      this.#parts.batchIds.add({ fingerprint, receivedAt: frame.receivedAt });
      return 'stored';
    } finally {
      this.#inFlight.delete(key);
    }
  }

  backlog(): ReturnType<Transport['backlog']> {
    const now = Date.now();
    const waiting = { bytes: this.#bytes, oldestMs: this.#oldestMs(now) };
    return { ...waiting, rows: this.#rows, full: this.#parts.admission.full(waiting, now) };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async take(signal: AbortSignal): Promise<Segment | null> {
    for (;;) {
      const taken = this.#closed.take(signal);
      this.#rotation.asked();
      const segment = await taken;
      if (segment === null || segment.verified) return segment;
      const verified = await this.#verify(segment);
      if (verified !== null) return verified;
    }
  }

  async done(segment: Segment): Promise<void> {
    const { disk } = this.#parts;
    // A removal that a power cut undoes hands the segment out again under the same token; the next segment's directory sync makes it last.
    await disk.remove(segment.path);
    await disk.remove(segment.framesPath);
    this.#forget(segment);
  }

  loadedBelow(): bigint {
    const [oldest] = this.#live.keys();
    return firstEventId(oldest ?? this.#parts.state.next);
  }

  acceptedBelow(): bigint {
    return firstEventId(this.#parts.state.next);
  }

  onLoaded(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #oldestMs(now: number): number {
    const [oldest] = this.#live.values();
    return oldest === undefined ? 0 : Math.max(0, now - oldest.oldestReceivedAt);
  }

  #enqueue(frame: Frame): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    try {
      if (this.#closing !== null)
        throw new MoalogError('shutting_down', 'The server is stopping. Send again in a moment.', { retryAfterS: 5 });
      const header = encodeHeader(frame);
      const size = header.length + frame.payload.length;
      if (header.length > MAX_HEADER_BYTES)
        throw new MoalogError('invalid_request', 'Names and attributes set for the request are longer than 256 KiB.');
      if (frame.rows + 1 > MAX_ROWS)
        throw new MoalogError('body_too_large', `A request may hold ${MAX_ROWS - 1} lines. Send fewer at once.`);
      const now = Date.now();
      this.#parts.admission.admit({ bytes: this.#bytes, oldestMs: this.#oldestMs(now) }, size, now);
      this.#bytes += size;
      this.#rows += 1 + frame.rows;
      this.#waiting.push({ frame, header, size, resolve, reject });
      this.#wakeWriter();
    } catch (error) {
      reject(error);
    }
    return promise;
  }

  #wakeWriter(): void {
    if (this.#writer !== null) return;
    this.#writer = this.#write().finally(() => {
      this.#writer = null;
      // A frame or a rotation may have come between the loop's last look and here.
      if (this.#waiting.length > 0 || this.#rotation.isDue) this.#wakeWriter();
    });
  }

  /** Never rejects: what fails is answered to the frames of the group. */
  async #write(): Promise<void> {
    // Requests that arrived in the same turn of the event loop share a group.
    await new Promise(setImmediate);
    for (;;) {
      if (this.#rotation.isDue || this.#isFull(this.#waiting[0])) this.#rotate();
      const group = this.#nextGroup();
      if (group.length === 0) return;
      await this.#commit(group);
    }
  }

  #isFull(next: Waiting | undefined): boolean {
    const open = this.#open;
    if (open === null) return false;
    return (
      open.bytes >= this.#parts.config.segmentMaxBytes ||
      (next !== undefined && open.rows + 1 + next.frame.rows > MAX_ROWS)
    );
  }

  #nextGroup(): Waiting[] {
    let bytes = 0;
    let rows = this.#open?.rows ?? 0;
    let count = 0;
    for (const { size, frame } of this.#waiting) {
      if (
        count > 0 &&
        (bytes + size > MAX_GROUP_BYTES || count === MAX_GROUP_FRAMES || rows + 1 + frame.rows > MAX_ROWS)
      )
        break;
      bytes += size;
      rows += 1 + frame.rows;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const { admission, metrics } = this.#parts;
    try {
      this.#open ??= await this.#begin(group);
      const endTimer = metrics.spoolSyncSeconds.startTimer();
      await this.#open.append(group);
      endTimer();
    } catch (error) {
      const answer = admission.writeFailed(error, Date.now());
      for (const { size, frame, reject } of group) {
        this.#bytes -= size;
        this.#rows -= 1 + frame.rows;
        reject(answer);
      }
      this.#rotate();
      return;
    }
    let bytes = 0;
    for (const { size, resolve } of group) {
      bytes += size;
      resolve();
    }
    metrics.spooledBytes.inc(bytes);
    this.#rotation.written();
  }

  async #begin(group: readonly Waiting[]): Promise<OpenSegment> {
    const { state, directory, disk } = this.#parts;
    await state.reserve();
    const seq = state.take();
    const oldestReceivedAt = group.reduce(
      (oldest, { frame }) => Math.min(oldest, frame.receivedAt),
      Number.POSITIVE_INFINITY,
    );
    // In the turn in which the number is taken, so that loadedBelow never rises above it.
    this.#live.set(seq, { oldestReceivedAt });
    try {
      return await OpenSegment.create(seq, segmentPath(directory, seq), directory, disk);
    } catch (error) {
      this.#live.delete(seq);
      throw error;
    }
  }

  /** Ends the open segment; its index is written beside the writes to the next one. */
  #rotate(): void {
    this.#rotation.ended();
    const segment = this.#open;
    if (segment === null) return;
    this.#open = null;
    this.#finishing = this.#finishing.then(() => (segment.rows === 0 ? this.#discard(segment) : this.#finish(segment)));
  }

  /** Never rejects: a disk that is full for the index is tried again until the spool closes; the next start repairs it then. */
  async #finish(segment: OpenSegment): Promise<void> {
    const { log, batchIds } = this.#parts;
    for (;;) {
      try {
        await segment.finish(() => batchIds.persist(segment.batches, Date.now()));
        break;
      } catch (error) {
        log.error(
          { event: 'segment_not_closed', seq: segment.seq, err: error },
          'a segment cannot be closed; trying again',
        );
        if (this.#closing !== null) return void (await segment.close().catch(() => {}));
        await sleep(RETRY_FINISH_MS);
      }
    }
    await segment
      .close()
      .catch((error: unknown) =>
        log.warn({ event: 'segment_close_failed', seq: segment.seq, err: error }, 'closing a file failed'),
      );
    log.debug(
      { event: 'segment_closed', seq: segment.seq, rows: segment.rows, bytes: segment.bytes },
      'closed a segment',
    );
    const { seq, path: file, rows, bytes, oldestReceivedAt } = segment;
    this.#closed.add(this.#describe({ seq, path: file, rows, bytes, oldestReceivedAt, verified: true }));
  }

  async #discard(segment: OpenSegment): Promise<void> {
    await segment.discard().catch((error: unknown) => {
      this.#parts.log.warn(
        { event: 'segment_discard_failed', seq: segment.seq, err: error },
        'an empty segment cannot be removed; the next start does it',
      );
    });
    this.#live.delete(segment.seq);
    this.#notifyLoaded();
  }

  /** Compares the checksums of a segment that an earlier process closed; null when nothing of it is whole. */
  async #verify(segment: ClosedSegment): Promise<ClosedSegment | null> {
    let repaired: RecoveredSegment | null;
    try {
      repaired = await verifySegment(this.#parts.recovery, segment);
    } catch (error) {
      // The loader tries what it can with it, and sets it aside when that fails too.
      this.#parts.log.error(
        { event: 'segment_not_verified', seq: segment.seq, err: error },
        'a segment cannot be read through',
      );
      return segment;
    }
    if (repaired === null) {
      this.#forget(segment);
      return null;
    }
    this.#bytes += repaired.bytes - segment.bytes;
    this.#rows += repaired.rows - segment.rows;
    return this.#describe(repaired);
  }

  #describe(segment: RecoveredSegment): ClosedSegment {
    const token = `${this.#parts.state.id}-${segment.seq}`;
    return { ...segment, framesPath: framesPath(segment.path), token, firstEventId: firstEventId(segment.seq) };
  }

  #forget(segment: Segment): void {
    if (!this.#live.delete(segment.seq)) return;
    this.#bytes -= segment.bytes;
    this.#rows -= segment.rows;
    this.#notifyLoaded();
  }

  #notifyLoaded(): void {
    for (const listener of this.#listeners) listener();
  }

  async #close(): Promise<void> {
    while (this.#writer !== null) await this.#writer;
    this.#rotate();
    await this.#finishing;
    this.#closed.end();
  }
}
