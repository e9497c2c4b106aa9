import type { LineWriter } from '../protobuf/line-writer.ts';
import { broken, Wire } from '../protobuf/wire.ts';
import { kindByName, type Series, SeriesLines } from './series.ts';

/** How much of a request was written. */
export interface Written {
  samples: number;
  histograms: number;
}

/** Types of metrics in version 2 whose samples do not add up. */
const GAUGE_TYPES: ReadonlySet<number> = new Set([0, 2, 4, 5, 6, 7]);
const HISTOGRAM_OR_SUMMARY: ReadonlySet<number> = new Set([3, 4, 5]);

/**
 * Lines of a prometheus.WriteRequest, a series a step (https://prometheus.io/docs/specs/prw/remote_write_spec/). Metadata comes in requests of its own and
 * is left out; exemplars too. Throws invalid_body.
 */
export function* linesOfVersion1(bytes: Buffer, out: LineWriter, written: Written): Generator<void> {
  const wire = new Wire(bytes);
  while (wire.at < bytes.length) {
    const tag = wire.tag();
    if (tag !== 0x0a) {
      wire.skip(tag);
      continue;
    }
    const labels: Buffer[] = [];
    readTwice(
      wire,
      (field) => {
        if (field === 0x0a) readLabel(wire, labels);
        else wire.skip(field);
      },
      () => ({ labels, kind: kindByName(labels), unit: null }),
      { out, written, sampleTag: 0x12, histogramTag: 0x22 },
    );
    yield;
  }
}

/** Lines of an io.prometheus.write.v2.Request (https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/): texts stand in a table of their own. */
export function* linesOfVersion2(bytes: Buffer, out: LineWriter, written: Written): Generator<void> {
  const wire = new Wire(bytes);
  const symbols: Buffer[] = [];
  while (wire.at < bytes.length) {
    const tag = wire.tag();
    if (tag === 0x22) symbols.push(wire.slice());
    else wire.skip(tag);
  }
  const symbolAt = (reference: number): Buffer => {
    const symbol = symbols[reference];
    if (symbol === undefined) throw broken('a label refers to a text that is not there');
    return symbol;
  };
  wire.at = 0;
  while (wire.at < bytes.length) {
    const tag = wire.tag();
    if (tag !== 0x2a) {
      wire.skip(tag);
      continue;
    }
    const labels: Buffer[] = [];
    let [type, unit] = [0, 0];
    readTwice(
      wire,
      (field) => {
        if (field === 0x0a) wire.packed(() => labels.push(symbolAt(wire.varint())));
        else if (field === 0x08) labels.push(symbolAt(wire.varint()));
        else if (field === 0x2a) [type, unit] = readMetadata(wire);
        else wire.skip(field);
      },
      () => {
        if (labels.length % 2 !== 0) throw broken('a label has no value');
        return { labels, kind: kindOf(type, labels), unit: unit === 0 ? null : symbolAt(unit) };
      },
      { out, written, sampleTag: 0x12, histogramTag: 0x1a },
    );
    yield;
  }
}

interface SeriesParts {
  readonly out: LineWriter;
  readonly written: Written;
  readonly sampleTag: number;
  readonly histogramTag: number;
}

/** Reads the series at the cursor: first what it is, then its samples. */
function readTwice(
  wire: Wire,
  describe: (tag: number) => void,
  series: () => Series,
  { out, written, sampleTag, histogramTag }: SeriesParts,
): void {
  const end = wire.enter();
  const start = wire.at;
  while (wire.at < end) describe(wire.tag());
  wire.leave(end);
  const lines = new SeriesLines(out, series());
  wire.at = start;
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === sampleTag) {
      lines.sample(wire);
      written.samples++;
    } else if (tag === histogramTag) {
      lines.histogram(wire);
      written.histograms++;
    } else wire.skip(tag);
  }
}

function readLabel(wire: Wire, labels: Buffer[]): void {
  const end = wire.enter();
  let name = Buffer.alloc(0);
  let value = name;
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === 0x0a) name = Buffer.from(wire.slice());
    else if (tag === 0x12) value = Buffer.from(wire.slice());
    else wire.skip(tag);
  }
  wire.leave(end);
  labels.push(name, value);
}

function readMetadata(wire: Wire): [type: number, unit: number] {
  const end = wire.enter();
  let [type, unit] = [0, 0];
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === 0x08) type = wire.varint();
    else if (tag === 0x20) unit = wire.varint();
    else wire.skip(tag);
  }
  wire.leave(end);
  return [type, unit];
}

/** Counts and sums of histograms and summaries are series of their own; their names tell. */
const kindOf = (type: number, labels: readonly Buffer[]): Series['kind'] =>
  type === 0 || HISTOGRAM_OR_SUMMARY.has(type) ? kindByName(labels) : GAUGE_TYPES.has(type) ? 'gauge' : 'sum';
