import { copyFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { batchFingerprint, type SeenBatch } from './batch-ids.ts';
import type { Disk } from './disk.ts';
import { frameIndexLine, readFrameIndex } from './frame-index.ts';
import { framesPath, segmentPath, seqOf } from './segment-names.ts';
import { type Walk, walkSegment } from './segment-walk.ts';

/** A segment that an earlier process left. */
export interface RecoveredSegment {
  readonly seq: number;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly oldestReceivedAt: number;
  /** False when its index vouches for it and its checksums were not compared yet. */
  readonly verified: boolean;
}

export interface RecoveryParts {
  readonly directory: string;
  readonly disk: Disk;
  readonly log: Logger;
  /** Makes the batch ids of a segment durable that a crash may have kept from it. */
  readonly keepBatches: (batches: readonly SeenBatch[]) => Promise<void>;
}

/** The segments on disk in order of their numbers, and removal of indexes whose segment is gone. */
export async function listSegments(directory: string, disk: Disk): Promise<number[]> {
  const names = await readdir(directory);
  const seqs = names.flatMap((name) => seqOf(name) ?? []).sort((a, b) => a - b);
  const known = new Set(seqs);
  for (const name of names) {
    const seq = seqOf(name.replace(/\.frames$/, '.seg'));
    if (name.endsWith('.frames') && seq !== null && !known.has(seq)) await disk.remove(path.join(directory, name));
  }
  return seqs;
}

/**
 * A segment of an earlier process made fit to be handed out again. One that was closed in order has a matching index and is taken by that (its
 * checksums are compared when it is handed out); the one that was open is walked, and cut where it is torn. Null when nothing whole is in it; the
 * file is removed then.
 */
export async function recoverSegment(parts: RecoveryParts, seq: number): Promise<RecoveredSegment | null> {
  const file = segmentPath(parts.directory, seq);
  const { size } = await stat(file);
  const index = size === 0 ? null : await readIndex(file, size, parts.disk);
  if (index === null) return repairSegment(parts, seq);
  return { seq, path: file, bytes: size, verified: false, ...index };
}

async function readIndex(file: string, size: number, disk: Disk): Promise<ReturnType<typeof readFrameIndex>> {
  try {
    return readFrameIndex(await disk.read(framesPath(file)), size);
  } catch {
    return null;
  }
}

/** Walks the segment that was open when its process died, cuts what a crash tore off its end, which was never acknowledged, and closes it. */
async function repairSegment(parts: RecoveryParts, seq: number): Promise<RecoveredSegment | null> {
  const file = segmentPath(parts.directory, seq);
  const walk = await walkSegment(file);
  if (walk.end < walk.size) {
    const facts = { seq, keptBytes: walk.end, cutBytes: walk.size - walk.end };
    parts.log.warn({ event: 'torn_tail_cut', ...facts }, 'cut the end of a segment that a crash had torn');
  }
  return closeAgain(parts, seq, walk);
}

/**
 * Compares the checksums of a segment that an earlier process closed. From the first damage on it is cut off and a copy of all of it is kept for a person to
 * look at. Null when nothing of it is whole.
 */
export async function verifySegment(parts: RecoveryParts, segment: RecoveredSegment): Promise<RecoveredSegment | null> {
  const walk = await walkSegment(segment.path);
  if (walk.end === walk.size) return { ...segment, verified: true };
  const damaged = segment.path.replace(/\.seg$/, '.damaged');
  await copyFile(segment.path, damaged);
  const facts = { seq: segment.seq, keptBytes: walk.end, cutBytes: walk.size - walk.end, damaged };
  parts.log.error({ event: 'segment_damaged', ...facts }, 'a segment is damaged on disk; a copy of all of it is kept');
  return closeAgain(parts, segment.seq, walk);
}

/** Cuts a segment behind its last whole frame, and does what closing it does. Nothing is left of it when no frame is whole. */
async function closeAgain(
  parts: RecoveryParts,
  seq: number,
  { frames, end, size }: Walk,
): Promise<RecoveredSegment | null> {
  const { disk } = parts;
  const file = segmentPath(parts.directory, seq);
  const last = frames.at(-1);
  if (last === undefined) {
    await disk.remove(file);
    await disk.remove(framesPath(file));
    return null;
  }
  const handle = await disk.reopen(file);
  try {
    if (end < size) await handle.truncate(end);
    // Whole frames may be in the page cache alone: their batch ids are remembered from here on, so they must last.
    await handle.sync();
  } finally {
    await handle.close();
  }
  const headers = frames.map(({ header }) => header);
  await parts.keepBatches(
    headers.flatMap(({ project, batchId, receivedAt }) =>
      batchId === undefined ? [] : { fingerprint: batchFingerprint(project, batchId), receivedAt },
    ),
  );
  await disk.write(framesPath(file), frames.map(({ header, place }) => frameIndexLine(header, place)).join(''));
  const oldestReceivedAt = headers.reduce(
    (oldest, { receivedAt }) => Math.min(oldest, receivedAt),
    Number.POSITIVE_INFINITY,
  );
  return {
    seq,
    path: file,
    rows: last.place.headerRow + 1 + last.place.rows,
    bytes: end,
    oldestReceivedAt,
    verified: true,
  };
}
