import { crc32 } from 'node:zlib';
import type { Frame, FrameHeader } from '../transport.ts';

/**
 * A frame in a segment file is one header line and the event lines after it:
 *
 *     \x01 <crc32, 8 hex digits> <space> <JSON of the header> \n <payload>
 *
 * The checksum is over the JSON, its newline and the payload. A reader walks from header to header by the byte counts in
 * them; what a line looks like never makes it a header, so no sender can forge one.
 */
const MARK = 0x01;
/** Mark, checksum and space. */
const PREFIX_BYTES = 10;
/** A header holds names and attributes of a source; what is longer than this is not a header. */
export const MAX_HEADER_BYTES = 256 * 1024;

/** What is between mark and payload: the frame's own header and the extent of its payload. */
interface StoredHeader extends FrameHeader {
  readonly v: 1;
  readonly bytes: number;
  readonly rows: number;
}

export interface DecodedHeader {
  readonly header: FrameHeader;
  readonly rows: number;
  /** Bytes of the header line with its newline. */
  readonly headerBytes: number;
  readonly payloadBytes: number;
  /** Checksum that the header claims, and the checksum over its JSON, to be continued over the payload. */
  readonly claimedCrc: number;
  readonly headerCrc: number;
}

/** The header line of a frame, with the checksum over it and the payload. */
export function encodeHeader(frame: Frame): Buffer {
  const { payload, rows, ...header } = frame;
  const stored: StoredHeader = { v: 1, bytes: payload.length, rows, ...header };
  const line = Buffer.from(`\x01-------- ${JSON.stringify(stored)}\n`);
  const crc = crc32(payload, crc32(line.subarray(PREFIX_BYTES)));
  line.write(crc.toString(16).padStart(8, '0'), 1, 'latin1');
  return line;
}

/**
 * Reads the header line at the start of `bytes`. `incomplete` when the line goes on behind them, null when they are no header.
 * The checksum is to be compared by the caller once the payload was read.
 */
export function decodeHeader(bytes: Buffer): DecodedHeader | 'incomplete' | null {
  if (bytes.length === 0) return 'incomplete';
  if (bytes[0] !== MARK) return null;
  const newline = bytes.indexOf(10);
  if (newline < 0) return bytes.length < MAX_HEADER_BYTES ? 'incomplete' : null;
  const hex = bytes.toString('latin1', 1, PREFIX_BYTES - 1);
  if (!/^[0-9a-f]{8}$/.test(hex) || bytes[PREFIX_BYTES - 1] !== 0x20) return null;
  let stored: StoredHeader;
  try {
    stored = JSON.parse(bytes.toString('utf8', PREFIX_BYTES, newline)) as StoredHeader; // trusted only when the checksum holds
  } catch {
    return null;
  }
  const { v, bytes: payloadBytes, rows, ...header } = stored;
  if (v !== 1 || !isCount(payloadBytes) || !isCount(rows)) return null;
  return {
    header,
    rows,
    headerBytes: newline + 1,
    payloadBytes,
    claimedCrc: Number.parseInt(hex, 16),
    headerCrc: crc32(bytes.subarray(PREFIX_BYTES, newline + 1)),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
