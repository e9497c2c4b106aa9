import { z } from 'zod';
import { MoalogError } from '#errors';
import { readUnsigned64 } from '../compile/sql.ts';
import { EARLIEST, LATEST } from '../time-range.ts';

/** Where a page ended. */
export interface Cursor {
  /** The last row of the page before, in the order of the pages; null for the first page. */
  readonly after: {
    /** Nanoseconds since the epoch. */
    readonly timestamp: bigint;
    readonly eventId: bigint;
  } | null;
  /** The newest event that the first page could see: later ones do not push pages around. */
  readonly snapshotBelow: bigint;
}

const timestampSchema = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform(BigInt)
  .refine((nanoseconds) => nanoseconds >= EARLIEST && nanoseconds <= LATEST);
const idSchema = z
  .string()
  .transform(readUnsigned64)
  .refine((id) => id !== null);
const cursorSchema = z.tuple([timestampSchema, idSchema, idSchema]);

export const writeCursor = (timestamp: bigint, eventId: bigint, snapshotBelow: bigint): string =>
  Buffer.from(JSON.stringify([timestamp, eventId, snapshotBelow].map(String))).toString('base64url');

/** Rejects what no answer of this server gave. */
export function readCursor(text: string): Cursor {
  try {
    const [timestamp, eventId, snapshotBelow] = cursorSchema.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    return { after: { timestamp, eventId }, snapshotBelow };
  } catch (error) {
    throw new MoalogError(
      'invalid_request',
      'cursor: this is not a cursor of an answer of this server; begin without one.',
      {
        cause: error,
        places: [{ path: 'cursor', message: 'is not a cursor' }],
      },
    );
  }
}
