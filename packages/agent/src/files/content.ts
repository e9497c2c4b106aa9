import { hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { Tail } from '../journal/stored-file.ts';

/** Bytes before an offset that are compared. */
export const TAIL_BYTES = 256;

/** The tail of bytes that end at an offset. */
export function tailOf(bytes: Buffer): Tail {
  const end = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES));
  return { bytes: end.length, hash: end.length === 0 ? '' : hash('sha256', end, 'base64').slice(0, 22) };
}

export const NO_TAIL: Tail = { bytes: 0, hash: '' };

/** Whether the bytes before `offset` are those of `tail`. */
export function endsAlike(descriptor: number, offset: number, tail: Tail): boolean {
  const bytes = Buffer.alloc(tail.bytes);
  const read = tail.bytes === 0 ? 0 : readSync(descriptor, bytes, 0, tail.bytes, offset - tail.bytes);
  return read === tail.bytes && tailOf(bytes).hash === tail.hash;
}

/** Whether two open files have the same bytes before `offset`. */
export function agreeBefore(one: number, other: number, offset: number): boolean {
  const bytes = Math.min(TAIL_BYTES, offset);
  const [a, b] = [Buffer.alloc(bytes), Buffer.alloc(bytes)];
  const from = offset - bytes;
  return readSync(one, a, 0, bytes, from) === bytes && readSync(other, b, 0, bytes, from) === bytes && a.equals(b);
}

/** `dev:inode` of a regular file, through links; null when there is none. */
export function inodeOf(file: string): string | null {
  try {
    const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stat?.isFile() === true ? `${stat.dev}:${stat.ino}` : null;
  } catch {
    return null;
  }
}

export interface OpenFile {
  readonly descriptor: number;
  readonly inode: string;
}

/** Throws what the file system says. */
export function openForReading(file: string): OpenFile {
  const descriptor = openSync(file, 'r');
  const stat = fstatSync(descriptor, { bigint: true });
  if (stat.isFile()) return { descriptor, inode: `${stat.dev}:${stat.ino}` };
  closeSync(descriptor);
  throw new Error(`${file} is no regular file`);
}
