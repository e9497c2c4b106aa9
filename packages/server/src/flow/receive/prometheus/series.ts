import type { LineWriter } from '../protobuf/line-writer.ts';
import type { Wire } from '../protobuf/wire.ts';
import { type NativeHistogram, readHistogram } from './native-histogram.ts';

/** What both versions of the protocol say about a series. */
export interface Series {
  /** Names and values in turns. */
  readonly labels: readonly Buffer[];
  readonly kind: 'gauge' | 'sum';
  readonly unit: Buffer | null;
}

const NAMES = Object.fromEntries(
  ['name', 'unit', 'kind', 'temporality', 'is_monotonic', 'time', 'value', 'count', 'bounds', 'buckets'].map(
    (name) => [name, Buffer.from(name)] as const,
  ),
);
const nameOf = (name: string): Buffer => NAMES[name] ?? Buffer.from(name);
const METRIC_NAME = '__name__';
/** Labels that give columns, the strongest first. They stay labels: together they say which series it is. */
const COLUMNS: readonly (readonly [column: Buffer, labels: readonly string[]])[] = [
  [Buffer.from('service'), ['service_name', 'service', 'job']],
  [Buffer.from('environment'), ['deployment_environment_name', 'deployment_environment', 'environment', 'env']],
  [Buffer.from('host'), ['host_name', 'host', 'hostname', 'nodename', 'instance']],
];
const ATTRIBUTES = Buffer.from('attributes');
/** Endings of names whose values add up, where the sender says nothing about types. */
const ADDS_UP = /_(?:total|count|sum|bucket)$/;
/** A NaN of this kind says that a series has ended (https://prometheus.io/docs/specs/prw/remote_write_spec/#stale-markers). */
const [STALE_LOW, STALE_HIGH] = [0x0000_0002, 0x7ff0_0000];
const [VALUE, TIMESTAMP] = [0x09, 0x10];

/** The name of a series, and what it is likely to measure. */
export const kindByName = (labels: readonly Buffer[]): Series['kind'] =>
  ADDS_UP.test(labelOf(labels, METRIC_NAME)?.toString() ?? '') ? 'sum' : 'gauge';

function labelOf(labels: readonly Buffer[], wanted: string): Buffer | undefined {
  for (let i = 0; i < labels.length; i += 2) if (labels[i]?.toString('latin1') === wanted) return labels[i + 1];
  return undefined;
}

/** Writes the lines of one series for the table `metrics`. */
export class SeriesLines {
  readonly #out: LineWriter;
  readonly #series: Series;
  /** All that the lines share: name, kind, unit, columns, attributes. */
  readonly #shared: Buffer;

  constructor(out: LineWriter, series: Series) {
    this.#out = out;
    this.#series = series;
    this.#shared = this.#writeShared();
  }

  /** The Sample at the cursor; false when it only says that the series has ended. */
  sample(wire: Wire): boolean {
    const end = wire.enter();
    let value = 0;
    let timestamp = '0';
    let isStale = false;
    while (wire.at < end) {
      const tag = wire.tag();
      if (tag === VALUE) {
        const at = wire.at;
        value = wire.double();
        isStale = wire.bytes.readUInt32LE(at) === STALE_LOW && wire.bytes.readUInt32LE(at + 4) === STALE_HIGH;
      } else if (tag === TIMESTAMP) timestamp = wire.int64Text();
      else wire.skip(tag);
    }
    wire.leave(end);
    if (isStale) return false;
    const out = this.#out;
    out.begin();
    this.#json('time', nanos(timestamp));
    this.#word('value', String(value));
    this.#word('kind', this.#series.kind);
    if (this.#series.kind === 'sum') {
      this.#word('temporality', 'cumulative');
      this.#json('is_monotonic', 'true');
    }
    out.fields(this.#shared);
    out.end();
    return true;
  }

  /** The native histogram at the cursor. */
  histogram(wire: Wire): void {
    const histogram: NativeHistogram = readHistogram(wire);
    const out = this.#out;
    out.begin();
    this.#json('time', nanos(String(histogram.timestampMs)));
    this.#word('value', String(histogram.sum));
    this.#word('kind', 'histogram');
    if (!histogram.isGauge) this.#word('temporality', 'cumulative');
    this.#json('count', String(Math.max(0, Math.round(histogram.count) || 0)));
    this.#json('bounds', JSON.stringify(histogram.bounds));
    this.#json('buckets', JSON.stringify(histogram.counts));
    out.fields(this.#shared);
    out.end();
  }

  #writeShared(): Buffer {
    const out = this.#out;
    const { labels, unit } = this.#series;
    out.begin();
    const name = labelOf(labels, METRIC_NAME);
    if (name !== undefined && out.name(nameOf('name'))) out.text(name);
    if (unit !== null && out.name(nameOf('unit'))) out.text(unit);
    for (const [column, names] of COLUMNS) {
      const found = names
        .map((label) => labelOf(labels, label))
        .find((value) => value !== undefined && value.length > 0);
      if (found !== undefined && out.name(column)) out.text(found);
    }
    out.open(ATTRIBUTES);
    for (let i = 0; i + 1 < labels.length; i += 2) {
      const [label, value] = [labels[i], labels[i + 1]];
      if (label === undefined || value === undefined || label.toString('latin1') === METRIC_NAME) continue;
      if (out.name(label)) out.text(value);
    }
    out.close();
    return out.takeFields();
  }

  #word(name: string, value: string): void {
    if (this.#out.name(nameOf(name))) this.#out.word(value);
  }

  #json(name: string, value: string): void {
    if (this.#out.name(nameOf(name))) this.#out.json(value);
  }
}

/** Milliseconds as nanoseconds; what is before 1970 counts as unknown. */
const nanos = (milliseconds: string): string => (/^[1-9]\d{0,12}$/.test(milliseconds) ? `${milliseconds}000000` : '0');
