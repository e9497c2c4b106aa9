import { copyFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { batchFingerprint, type SeenBatch } from './batch-ids.ts';
import type { Disk } from './disk.ts';
import { frameIndexLine, readFrameIndex } from './frame-index.ts';
import { framesPath, segmentPath, seqOf } from './segment-names.ts';
import { walkSegment } from './segment-walk.ts';

/** A segment that an earlier process left. */
export interface RecoveredSegment {
  readonly seq: number;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly oldestReceivedAt: number;
  /** Batch ids that may not be among the remembered ones yet. */
  readonly batches: readonly SeenBatch[];
  /** False when its index vouches for it and its checksums were not compared yet. */
  readonly verified: boolean;
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
export async function recoverSegment(
  directory: string,
  seq: number,
  disk: Disk,
  log: Logger,
): Promise<RecoveredSegment | null> {
  const file = segmentPath(directory, seq);
  const { size } = await stat(file);
  const index = size === 0 ? null : await readIndex(file, size, disk);
  if (index !== null) {
    return {
      seq,
      path: file,
      rows: index.rows,
      bytes: size,
      oldestReceivedAt: index.oldestReceivedAt,
      batches: [],
      verified: false,
    };
  }
  return repairSegment(directory, seq, disk, log, 'torn');
}

async function readIndex(file: string, size: number, disk: Disk): Promise<ReturnType<typeof readFrameIndex>> {
  try {
    return readFrameIndex(await disk.read(framesPath(file)), size);
  } catch {
    return null;
  }
}

/**
 * Walks a segment, cuts it behind its last whole frame and writes its index anew. The end of a segment that was open is torn by a crash and was
 * never acknowledged; what is wrong in one that was closed is damage, so a copy is kept for a person to look at.
 */
export async function repairSegment(
  directory: string,
  seq: number,
  disk: Disk,
  log: Logger,
  expected: 'torn' | 'whole',
): Promise<RecoveredSegment | null> {
  const file = segmentPath(directory, seq);
  const walk = await walkSegment(file);
  if (walk.end < walk.size) {
    const facts = { seq, keptBytes: walk.end, cutBytes: walk.size - walk.end };
    if (expected === 'torn') {
      log.warn({ event: 'torn_tail_cut', ...facts }, 'cut the end of a segment that a crash had torn');
    } else {
      const damaged = file.replace(/\.seg$/, '.damaged');
      await copyFile(file, damaged);
      log.error(
        { event: 'segment_damaged', ...facts, damaged },
        'a segment is damaged on disk; what follows the damage is kept aside',
      );
    }
    const handle = await disk.reopen(file);
    try {
      await handle.truncate(walk.end);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
  const last = walk.frames.at(-1);
  if (last === undefined) {
    await disk.remove(file);
    await disk.remove(framesPath(file));
    return null;
  }
  await disk.write(framesPath(file), walk.frames.map(({ header, place }) => frameIndexLine(header, place)).join(''));
  return {
    seq,
    path: file,
    rows: last.place.headerRow + 1 + last.place.rows,
    bytes: walk.end,
    oldestReceivedAt: walk.frames.reduce(
      (oldest, { header }) => Math.min(oldest, header.receivedAt),
      Number.POSITIVE_INFINITY,
    ),
    batches: walk.frames.flatMap(({ header }) =>
      header.batchId === undefined
        ? []
        : { fingerprint: batchFingerprint(header.project, header.batchId), receivedAt: header.receivedAt },
    ),
    verified: true,
  };
}
