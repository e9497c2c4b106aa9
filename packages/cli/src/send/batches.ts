const NEWLINE = 10;

/** Whole lines of a source: `[start, end)` are byte offsets in it (after decompression). */
export interface LineBatch {
  readonly start: number;
  readonly end: number;
  readonly body: Buffer;
}

/**
 * Cuts a stream of bytes at line ends. Each batch ends at the last newline within `maxBytes` of its start, or, for a
 * longer line, at that line's end; the last one ends with the stream. The cuts follow from the bytes and `from` alone,
 * never from how the stream is chunked, so that a repeat makes the same batches. Bytes before `from` are passed over.
 */
export async function* cutBatches(
  chunks: AsyncIterable<Buffer>,
  maxBytes: number,
  from = 0,
): AsyncGenerator<LineBatch> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let start = from;
  let skip = from;
  for await (let chunk of chunks) {
    if (skip > 0) {
      const passed = Math.min(skip, chunk.length);
      skip -= passed;
      chunk = chunk.subarray(passed);
    }
    if (chunk.length === 0) continue;
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < maxBytes) continue;
    let rest: Buffer = held.length === 1 ? chunk : Buffer.concat(held, heldBytes);
    while (rest.length >= maxBytes) {
      const within = rest.lastIndexOf(NEWLINE, maxBytes - 1);
      const cut = within >= 0 ? within : rest.indexOf(NEWLINE, maxBytes);
      if (cut < 0) break;
      yield { start, end: start + cut + 1, body: rest.subarray(0, cut + 1) };
      start += cut + 1;
      rest = rest.subarray(cut + 1);
    }
    held = [rest];
    heldBytes = rest.length;
  }
  if (heldBytes > 0) yield { start, end: start + heldBytes, body: Buffer.concat(held, heldBytes) };
}
