import { copyFile, link, mkdir, open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Segment } from '#transport';

/**
 * Keeps a segment that cannot be loaded in `quarantine/` beside the segments, whole, with its frame index and the reason, durable before it
 * resolves. After that the queue may delete its own copy. Loading it later is a matter of moving it back.
 */
export async function setAside(segment: Segment, reason: string): Promise<string> {
  const dir = path.join(path.dirname(segment.path), 'quarantine');
  await mkdir(dir, { recursive: true });
  const kept = path.join(dir, path.basename(segment.path));
  await keep(segment.path, kept);
  await keep(segment.framesPath, path.join(dir, path.basename(segment.framesPath)));
  const note = {
    token: segment.token,
    seq: segment.seq,
    firstEventId: segment.firstEventId.toString(),
    rows: segment.rows,
    bytes: segment.bytes,
    reason,
    at: new Date().toISOString(),
  };
  await writeFile(`${kept}.reason.json`, `${JSON.stringify(note, null, 2)}\n`, { flush: true });
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return kept;
}

/** The same bytes under a second name; a copy where the file system has no hard links. */
async function keep(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    await copyFile(from, to);
  }
}
