import { z } from 'zod';
import { MoalogError } from '#errors';

/** Where a page ended, and the newest event that the first page could see: later ones do not push pages around. */
const cursorSchema = z.tuple([
  z.string().regex(/^-?\d{1,20}$/),
  z.string().regex(/^\d{1,20}$/),
  z.string().regex(/^\d{1,20}$/),
]);

export interface Cursor {
  /** Nanoseconds since the epoch of the last row. */
  readonly timestamp: bigint;
  readonly eventId: bigint;
  readonly snapshotBelow: bigint;
}

export const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify([cursor.timestamp, cursor.eventId, cursor.snapshotBelow].map(String))).toString(
    'base64url',
  );

export function readCursor(text: string): Cursor {
  try {
    const [timestamp, eventId, snapshotBelow] = cursorSchema.parse(
      JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
    );
    return { timestamp: BigInt(timestamp), eventId: BigInt(eventId), snapshotBelow: BigInt(snapshotBelow) };
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
