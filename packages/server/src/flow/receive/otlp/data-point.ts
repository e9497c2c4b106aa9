import type { Wire } from '../protobuf/wire.ts';
import { type Buckets, explicitBuckets, readSide } from './histogram.ts';

/** The kinds of data points by their fields in Metric (opentelemetry/proto/metrics/v1/metrics.proto). */
export const [GAUGE, SUM, HISTOGRAM, EXPONENTIAL, SUMMARY] = [0x2a, 0x3a, 0x4a, 0x52, 0x5a];
/** Fields that all of them have. */
const [START, TIME] = [0x11, 0x19];

/** What is read of a data point before its line is written. */
export interface Point {
  timeAt: number;
  startAt: number;
  flags: number;
  /** As text, since 64-bit numbers, NaN and infinities are among them. */
  value: string | null;
  count: number | null;
  min: number;
  max: number;
  /** Made once the whole point was read. */
  buckets: (() => Buckets) | null;
}

/** Reads one field of a data point; false when it is none of its own. */
type ReadField = (wire: Wire, tag: number, point: Point) => boolean;

/** The data point at the cursor, of a kind, but for its attributes. */
export function readPoint(wire: Wire, kind: number, end: number): Point {
  const point: Point = {
    timeAt: -1,
    startAt: -1,
    flags: 0,
    value: null,
    count: null,
    min: Number.NaN,
    max: Number.NaN,
    buckets: null,
  };
  const read =
    kind === HISTOGRAM
      ? histogramField()
      : kind === EXPONENTIAL
        ? exponentialField()
        : kind === SUMMARY
          ? summaryField()
          : numberField;
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === TIME || tag === START) {
      if (tag === TIME) point.timeAt = wire.at;
      else point.startAt = wire.at;
      wire.skip(tag);
    } else if (!read(wire, tag, point)) wire.skip(tag);
  }
  return point;
}

const numberField: ReadField = (wire, tag, point) => {
  if (tag === 0x21) point.value = String(wire.double());
  else if (tag === 0x31) point.value = wire.sfixed64Text();
  else if (tag === 0x40) point.flags = wire.varint();
  else return false;
  return true;
};

/** Count and sum, which histograms and summaries have in the same place. */
function countField(wire: Wire, tag: number, point: Point): boolean {
  if (tag === 0x21) point.count = wire.fixed64();
  else if (tag === 0x29) point.value = String(wire.double());
  else return false;
  return true;
}

function histogramField(): ReadField {
  const bounds: number[] = [];
  const counts: number[] = [];
  return (wire, tag, point) => {
    point.buckets = () => ({ bounds, counts });
    if (tag === 0x32) wire.packed(() => counts.push(wire.fixed64()));
    else if (tag === 0x31) counts.push(wire.fixed64());
    else if (tag === 0x3a) wire.packed(() => bounds.push(wire.double()));
    else if (tag === 0x39) bounds.push(wire.double());
    else if (tag === 0x50) point.flags = wire.varint();
    else if (tag === 0x59) point.min = wire.double();
    else if (tag === 0x61) point.max = wire.double();
    else return countField(wire, tag, point);
    return true;
  };
}

function exponentialField(): ReadField {
  let [scale, zeroCount, zeroThreshold] = [0, 0, 0];
  let negative = { offset: 0, counts: [] as readonly number[] };
  let positive = negative;
  return (wire, tag, point) => {
    if (tag === 0x30) scale = wire.sint();
    else if (tag === 0x39) zeroCount = wire.fixed64();
    else if (tag === 0x42) positive = readSide(wire);
    else if (tag === 0x4a) negative = readSide(wire);
    else if (tag === 0x50) point.flags = wire.varint();
    else if (tag === 0x61) point.min = wire.double();
    else if (tag === 0x69) point.max = wire.double();
    else if (tag === 0x71) zeroThreshold = wire.double();
    else if (!countField(wire, tag, point)) return false;
    point.buckets = () => explicitBuckets(scale, negative, zeroCount, zeroThreshold, positive);
    return true;
  };
}

function summaryField(): ReadField {
  const quantiles: number[] = [];
  const values: number[] = [];
  return (wire, tag, point) => {
    point.buckets = () => ({ bounds: quantiles, counts: values });
    if (tag === 0x40) point.flags = wire.varint();
    else if (tag === 0x32) {
      const end = wire.enter();
      let [quantile, value] = [0, 0];
      while (wire.at < end) {
        const one = wire.tag();
        if (one === 0x09) quantile = wire.double();
        else if (one === 0x11) value = wire.double();
        else wire.skip(one);
      }
      wire.leave(end);
      quantiles.push(quantile);
      values.push(value);
    } else return countField(wire, tag, point);
    return true;
  };
}
