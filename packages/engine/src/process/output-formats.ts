/**
 * How an answer in a format can be streamed. chDB formats each streamed chunk by itself, so that a format with a head, a foot or
 * a footer index would come out once a chunk; measured with chDB 3.4.0.
 */
export type Streaming =
  /** Chunks follow each other. */
  | { readonly how: 'rows' }
  /** Chunks repeat the head: so many lines are dropped from all but the first. */
  | { readonly how: 'headed'; readonly headLines: number }
  /** Written to a file by the engine, block by block, and sent from there. */
  | { readonly how: 'file' }
  /** Held in memory whole. */
  | { readonly how: 'whole' };

const ROWS = new Set([
  'JSONEachRow', 'JSONLines', 'NDJSON', 'JSONStringsEachRow', 'JSONCompactEachRow', 'JSONCompactStringsEachRow', 'TabSeparated', 'TSV', 'TabSeparatedRaw',
  'TSVRaw', 'Raw', 'CSV', 'RowBinary', 'Native', 'LineAsString', 'Values', 'MsgPack', 'RawBLOB', 'TSKV', 'Vertical',
]);
const FILES = new Set(['Parquet', 'ORC', 'Arrow', 'ArrowStream', 'Avro']);

export function streamingOf(format: string): Streaming {
  if (ROWS.has(format)) return { how: 'rows' };
  if (FILES.has(format)) return { how: 'file' };
  if (/^(CSV|TSV|TabSeparated|TSVRaw|TabSeparatedRaw|JSONCompactEachRow|JSONCompactStringsEachRow)WithNamesAndTypes$/.test(format)) return { how: 'headed', headLines: 2 };
  if (/^(CSV|TSV|TabSeparated|TSVRaw|TabSeparatedRaw|JSONCompactEachRow|JSONCompactStringsEachRow)WithNames$/.test(format)) return { how: 'headed', headLines: 1 };
  return { how: 'whole' };
}

/** The chunk without its first lines. */
export function withoutLines(chunk: Uint8Array, lines: number): Uint8Array {
  let from = 0;
  for (let i = 0; i < lines; i++) {
    const end = chunk.indexOf(10, from);
    if (end < 0) return chunk.subarray(chunk.length);
    from = end + 1;
  }
  return chunk.subarray(from);
}
