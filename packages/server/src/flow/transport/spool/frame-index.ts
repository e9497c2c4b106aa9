import type { FrameHeader } from '../transport.ts';

/** Where a frame lies in its segment: rows are lines of the file, header lines among them, counted from 0. */
export interface FramePlace {
  readonly headerRow: number;
  /** Event lines after the header row. */
  readonly rows: number;
  /** File offset behind the frame. */
  readonly end: number;
}

/**
 * One line of the index that lies beside a closed segment (`<seq>.frames`, JSONEachRow). The engine joins event lines with it, so the
 * names are those of FRAME_INDEX_COLUMNS in #pipeline; `rows` and `end` are for start-up, the engine skips them.
 */
export function frameIndexLine(header: FrameHeader, place: FramePlace): string {
  const { defaults, fields } = header;
  return `${JSON.stringify({
    header_row: place.headerRow,
    project: header.project,
    source: header.source,
    received_at_ms: header.receivedAt,
    service: defaults.service ?? '',
    environment: defaults.environment ?? '',
    host: defaults.host ?? '',
    attributes: defaults.attributes ?? {},
    time_fields: fields.time ?? [],
    message_fields: fields.message ?? [],
    level_fields: fields.level ?? [],
    numeric_levels: header.numericLevels ?? 'pino',
    timezone: header.timezone ?? '',
    // Read together with `rows` by the loader (segment-shape.ts).
    signal: header.signal ?? '',
    rows: place.rows,
    end: place.end,
  })}\n`;
}

/**
 * What a closed segment holds, read from its index. Null when the index is missing, torn, or of another length than the segment: it was not closed in
 * order and must be walked. The index is written without fsync; what a power cut left unwritten in it reads as zeros.
 */
export function readFrameIndex(index: Buffer, segmentBytes: number): { rows: number; oldestReceivedAt: number } | null {
  if (index.at(-1) !== 10 || index.includes(0)) return null;
  const firstEnd = index.indexOf(10);
  const lastStart = index.length < 2 ? 0 : index.lastIndexOf(10, index.length - 2) + 1;
  try {
    const first = JSON.parse(index.toString('utf8', 0, firstEnd)) as StoredPlace;
    const last = JSON.parse(index.toString('utf8', lastStart)) as StoredPlace;
    return last.end === segmentBytes
      ? { rows: last.header_row + 1 + last.rows, oldestReceivedAt: first.received_at_ms }
      : null;
  } catch {
    return null;
  }
}

/** The part of a line that start-up reads; written by this program alone. */
interface StoredPlace {
  readonly header_row: number;
  readonly rows: number;
  readonly end: number;
  readonly received_at_ms: number;
}
