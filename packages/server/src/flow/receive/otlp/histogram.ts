import type { Wire } from '../protobuf/wire.ts';

/** Upper bounds in ascending order, and how many were measured up to each; one more bucket for what is above all bounds. */
export interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** One side of an exponential histogram: bucket i holds what is in (base^(offset+i), base^(offset+i+1)]. */
export interface ExponentialSide {
  readonly offset: number;
  readonly counts: readonly number[];
}

/**
 * An exponential histogram with its bounds written out, so that all histograms are asked alike. Negative values come first, the least first; what counts
 * as zero ends where the positive side begins.
 */
export function explicitBuckets(
  scale: number,
  negative: ExponentialSide,
  zeroCount: number,
  zeroThreshold: number,
  positive: ExponentialSide,
): Buckets {
  const bound = (index: number): number => 2 ** (index * 2 ** -scale);
  const bounds: number[] = [];
  const counts: number[] = [];
  for (let i = negative.counts.length - 1; i >= 0; i--) {
    bounds.push(-bound(negative.offset + i));
    counts.push(negative.counts[i] ?? 0);
  }
  if (zeroCount > 0 || counts.length > 0 || positive.counts.length > 0) {
    bounds.push(positive.counts.length > 0 ? bound(positive.offset) : zeroThreshold);
    counts.push(zeroCount);
  }
  for (const [i, count] of positive.counts.entries()) {
    bounds.push(bound(positive.offset + i + 1));
    counts.push(count);
  }
  return { bounds, counts: [...counts, 0] };
}

/** ExponentialHistogramDataPoint.Buckets at the cursor. */
export function readSide(wire: Wire): ExponentialSide {
  const end = wire.enter();
  let offset = 0;
  const counts: number[] = [];
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === 0x08) offset = wire.sint();
    else if (tag === 0x10) counts.push(wire.varint());
    else if (tag === 0x12) wire.packed(() => counts.push(wire.varint()));
    else wire.skip(tag);
  }
  wire.leave(end);
  return { offset, counts };
}
