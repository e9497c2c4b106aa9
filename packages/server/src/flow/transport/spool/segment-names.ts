import path from 'node:path';

/** Rows that a segment may hold, frame headers among them: a row number is 24 bits of an event id. */
export const MAX_ROWS = 2 ** 24 - 1;
const ROW_BITS = 24n;

export const firstEventId = (seq: number): bigint => BigInt(seq) << ROW_BITS;

export const segmentPath = (directory: string, seq: number): string =>
  path.join(directory, `${String(seq).padStart(12, '0')}.seg`);
export const framesPath = (segment: string): string => segment.replace(/\.seg$/, '.frames');

/** The number in a segment's file name, null for other files. */
export function seqOf(name: string): number | null {
  const [, digits] = /^(\d{12,})\.seg$/.exec(name) ?? [];
  return digits === undefined ? null : Number(digits);
}
