import type { Wire } from '../protobuf/wire.ts';

/** A native histogram as `metrics` stores histograms: upper bounds in ascending order, and a count for each and for what is above. */
export interface NativeHistogram {
  readonly timestampMs: number;
  readonly count: number;
  readonly sum: number;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  /** A gauge histogram does not add up. */
  readonly isGauge: boolean;
}

/** Buckets with bounds of their own instead of powers. */
const CUSTOM_BUCKETS = -53;
const GAUGE_HINT = 3;
/** More are not in any histogram that was meant. */
const MAX_BUCKETS = 10_000;

interface Span {
  readonly offset: number;
  readonly length: number;
}
interface Side {
  readonly spans: Span[];
  /** Each is the difference to the one before. */
  readonly deltas: number[];
  readonly counts: number[];
}

/** The Histogram at the cursor; it is the same in both versions of the protocol. Exponential buckets get their bounds written out. */
export function readHistogram(wire: Wire): NativeHistogram {
  const end = wire.enter();
  const negative: Side = { spans: [], deltas: [], counts: [] };
  const positive: Side = { spans: [], deltas: [], counts: [] };
  const custom: number[] = [];
  let [count, sum, schema, zeroThreshold, zeroCount, hint, timestampMs] = [0, 0, 0, 0, 0, 0, 0];
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === 0x08) count = wire.varint();
    else if (tag === 0x11) count = wire.double();
    else if (tag === 0x19) sum = wire.double();
    else if (tag === 0x20) schema = wire.sint();
    else if (tag === 0x29) zeroThreshold = wire.double();
    else if (tag === 0x30) zeroCount = wire.varint();
    else if (tag === 0x39) zeroCount = wire.double();
    else if (tag === 0x42) negative.spans.push(readSpan(wire));
    else if (tag === 0x4a) wire.packed(() => negative.deltas.push(wire.sint()));
    else if (tag === 0x52) wire.packed(() => negative.counts.push(wire.double()));
    else if (tag === 0x5a) positive.spans.push(readSpan(wire));
    else if (tag === 0x62) wire.packed(() => positive.deltas.push(wire.sint()));
    else if (tag === 0x6a) wire.packed(() => positive.counts.push(wire.double()));
    else if (tag === 0x70) hint = wire.varint();
    else if (tag === 0x78) timestampMs = Number(wire.int64Text());
    else if (tag === 0x82) wire.packed(() => custom.push(wire.double()));
    else wire.skip(tag);
  }
  wire.leave(end);
  const boundOf = (index: number): number =>
    schema === CUSTOM_BUCKETS ? (custom[index] ?? Number.POSITIVE_INFINITY) : 2 ** (index * 2 ** -schema);
  const buckets = new BucketList();
  for (const [index, value] of bucketsOf(negative).reverse()) buckets.add(-boundOf(index), -boundOf(index - 1), value);
  if (zeroCount > 0) buckets.add(-zeroThreshold, zeroThreshold, zeroCount);
  for (const [index, value] of bucketsOf(positive)) buckets.add(boundOf(index - 1), boundOf(index), value);
  return { timestampMs, count, sum, ...buckets.ended(), isGauge: hint === GAUGE_HINT };
}

function readSpan(wire: Wire): Span {
  const end = wire.enter();
  let [offset, length] = [0, 0];
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === 0x08) offset = wire.sint();
    else if (tag === 0x10) length = wire.varint();
    else wire.skip(tag);
  }
  wire.leave(end);
  return { offset, length };
}

/** Index and count of each bucket. Spans say how far a bucket is from the end of the span before. */
function bucketsOf({ spans, deltas, counts }: Side): [index: number, count: number][] {
  const values = counts.length > 0 ? counts : runningSums(deltas);
  const buckets: [number, number][] = [];
  let index = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length && buckets.length < Math.min(values.length, MAX_BUCKETS); i++)
      buckets.push([index++, values[buckets.length] ?? 0]);
  }
  return buckets;
}

function runningSums(deltas: readonly number[]): number[] {
  let sum = 0;
  return deltas.map((delta) => {
    sum += delta;
    return sum;
  });
}

/** Puts buckets behind each other; where there is a gap, an empty one. */
class BucketList {
  readonly #bounds: number[] = [];
  readonly #counts: number[] = [];
  #rest = 0;

  add(lower: number, upper: number, count: number): void {
    const last = this.#bounds.at(-1);
    if (Number.isFinite(lower) && (last === undefined || lower > last)) this.#push(lower, 0);
    if (Number.isFinite(upper)) this.#push(upper, count);
    else this.#rest += count;
  }

  #push(bound: number, count: number): void {
    this.#bounds.push(bound);
    this.#counts.push(count);
  }

  ended(): { bounds: readonly number[]; counts: readonly number[] } {
    return { bounds: this.#bounds, counts: [...this.#counts, this.#rest] };
  }
}
