import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { FrameHeader } from '../transport.ts';
import { decodeHeader, MAX_HEADER_BYTES } from './frame-codec.ts';
import type { FramePlace } from './frame-index.ts';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

export interface Walk {
  /** The frames that are whole, in order, from the start of the file to the first that is not. */
  readonly frames: readonly { readonly header: FrameHeader; readonly place: FramePlace }[];
  /** File offset behind the last whole frame. */
  readonly end: number;
  /** Size of the file; greater than `end` when what follows is torn or damaged. */
  readonly size: number;
}

/** Walks a segment file from frame to frame and checks every checksum. Memory does not grow with the file's payload. */
export async function walkSegment(file: string): Promise<Walk> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    const frames: { header: FrameHeader; place: FramePlace }[] = [];
    let end = 0;
    let headerRow = 0;
    while (end < size) {
      const { bytesRead } = await handle.read(chunk, 0, MAX_HEADER_BYTES, end);
      const decoded = decodeHeader(chunk.subarray(0, bytesRead));
      if (decoded === null || decoded === 'incomplete') break;
      const start = end + decoded.headerBytes;
      if (decoded.payloadBytes > size - start) break;
      const payload = await readPayload(handle, chunk, start, decoded.payloadBytes, decoded.headerCrc);
      if (payload.crc !== decoded.claimedCrc || payload.newlines !== decoded.rows) break;
      end = start + decoded.payloadBytes;
      frames.push({ header: decoded.header, place: { headerRow, rows: decoded.rows, end } });
      headerRow += 1 + decoded.rows;
    }
    return { frames, end, size };
  } finally {
    await handle.close();
  }
}

async function readPayload(
  handle: FileHandle,
  chunk: Buffer,
  start: number,
  bytes: number,
  headerCrc: number,
): Promise<{ crc: number; newlines: number }> {
  let crc = headerCrc;
  let newlines = 0;
  for (let read = 0; read < bytes; ) {
    const { bytesRead } = await handle.read(chunk, 0, Math.min(CHUNK_BYTES, bytes - read), start + read);
    if (bytesRead === 0) break;
    const part = chunk.subarray(0, bytesRead);
    crc = crc32(part, crc);
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) newlines++;
    read += bytesRead;
  }
  return { crc, newlines };
}
