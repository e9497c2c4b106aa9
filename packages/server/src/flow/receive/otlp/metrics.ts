import type { LineWriter } from '../protobuf/line-writer.ts';
import { unixNanosText } from '../protobuf/unix-time.ts';
import type { Wire } from '../protobuf/wire.ts';
import { EXPONENTIAL, GAUGE, HISTOGRAM, type Point, readPoint, SUM, SUMMARY } from './data-point.ts';
import { TableOrigin, writeAttributes } from './table-origin.ts';
import { walkItems } from './walk.ts';

/** Fields of Metric (opentelemetry/proto/metrics/v1/metrics.proto). */
const [NAME, UNIT] = [0x0a, 0x1a];
/** Fields of Gauge, Sum, …: the same in all that have them. */
const [POINT, TEMPORALITY, MONOTONIC] = [0x0a, 0x10, 0x18];
/** A data point without a value: the sender says that there is none now. */
const NO_RECORDED_VALUE = 1;

const KINDS = new Map([
  [GAUGE, 'gauge'],
  [SUM, 'sum'],
  [HISTOGRAM, 'histogram'],
  [EXPONENTIAL, 'histogram'],
  [SUMMARY, 'summary'],
]);
const TEMPORALITIES = ['', 'delta', 'cumulative'];

const NAMES = Object.fromEntries(
  [
    'name',
    'unit',
    'kind',
    'temporality',
    'is_monotonic',
    'time',
    'start',
    'value',
    'count',
    'min',
    'max',
    'bounds',
    'buckets',
  ].map((name) => [name, Buffer.from(name)] as const),
);
const nameOf = (name: string): Buffer => NAMES[name] ?? Buffer.from(name);

/** Lines of an ExportMetricsServiceRequest for the table `metrics`, a metric a step, a data point a line. Throws invalid_body. */
export const metricLines = (bytes: Buffer, out: LineWriter): Generator<void> =>
  walkItems(bytes, out, (shared) => new TableOrigin(shared), writeMetric);

function writeMetric(wire: Wire, out: LineWriter, origin: TableOrigin): void {
  const end = wire.enter();
  const metric: MetricName = { name: EMPTY, unit: EMPTY };
  const data: { tag: number; at: number }[] = [];
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === NAME) metric.name = wire.slice();
    else if (tag === UNIT) metric.unit = wire.slice();
    else {
      if (KINDS.has(tag)) data.push({ tag, at: wire.at });
      wire.skip(tag);
    }
  }
  wire.leave(end);
  for (const { tag, at } of data) {
    wire.at = at;
    writePoints(wire, out, origin, tag, metric);
  }
  wire.at = end;
}

interface MetricName {
  name: Buffer;
  unit: Buffer;
}
const EMPTY = Buffer.alloc(0);

function writePoints(wire: Wire, out: LineWriter, origin: TableOrigin, kind: number, { name, unit }: MetricName): void {
  const end = wire.enter();
  const start = wire.at;
  let temporality = 0;
  let isMonotonic = false;
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === TEMPORALITY) temporality = wire.varint();
    else if (tag === MONOTONIC) isMonotonic = wire.varint() !== 0;
    else wire.skip(tag);
  }
  wire.leave(end);
  wire.at = start;
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag !== POINT) {
      wire.skip(tag);
      continue;
    }
    const stop = wire.enter();
    const from = wire.at;
    const point = readPoint(wire, kind, stop);
    wire.leave(stop);
    if ((point.flags & NO_RECORDED_VALUE) !== 0) continue;
    out.begin();
    if (out.name(nameOf('name'))) out.text(name);
    if (unit.length > 0 && out.name(nameOf('unit'))) out.text(unit);
    word(out, 'kind', KINDS.get(kind) ?? '');
    word(out, 'temporality', TEMPORALITIES[temporality] ?? '');
    if (isMonotonic) json(out, 'is_monotonic', 'true');
    writePoint(wire, out, point);
    origin.writeColumns(out);
    writeAttributes(wire, out, origin, ATTRIBUTE_TAGS.get(kind) ?? 0x3a, from, stop);
    out.end();
  }
}

/** Where each kind of data point has its attributes. */
const ATTRIBUTE_TAGS = new Map([
  [HISTOGRAM, 0x4a],
  [EXPONENTIAL, 0x0a],
]);

function writePoint({ bytes }: Wire, out: LineWriter, point: Point): void {
  if (point.timeAt >= 0) json(out, 'time', unixNanosText(bytes, point.timeAt));
  if (point.startAt >= 0) json(out, 'start', unixNanosText(bytes, point.startAt));
  if (point.value !== null) word(out, 'value', point.value);
  if (point.count !== null) json(out, 'count', String(BigInt(point.count)));
  if (!Number.isNaN(point.min)) word(out, 'min', String(point.min));
  if (!Number.isNaN(point.max)) word(out, 'max', String(point.max));
  if (point.buckets === null) return;
  const { bounds, counts } = point.buckets();
  json(out, 'bounds', listed(bounds));
  json(out, 'buckets', listed(counts));
}

/** JSON has no infinities: a bound that is one is as large as a number can be. */
const listed = (numbers: readonly number[]): string =>
  `[${numbers.map((number) => (Number.isFinite(number) ? number : Number.isNaN(number) ? 0 : Math.sign(number) * Number.MAX_VALUE)).join(',')}]`;

function word(out: LineWriter, name: string, value: string): void {
  if (value !== '' && out.name(nameOf(name))) out.word(value);
}

function json(out: LineWriter, name: string, value: string): void {
  if (out.name(nameOf(name))) out.json(value);
}
