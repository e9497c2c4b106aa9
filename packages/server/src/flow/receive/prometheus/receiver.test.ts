import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { MoalogError } from '#errors';
import { describeReceiver } from '../contract.suite.ts';
import { fromJson, type Message, varint } from '../protobuf/from-json.ts';
import { LineWriter } from '../protobuf/line-writer.ts';
import { ReceiversUnderTest } from '../receivers-under-test.ts';
import { linesOfVersion1, linesOfVersion2 } from './write-request.ts';

const SPAN: Message = { offset: [1, 'sint32'], length: [2, 'uint32'] };
const HISTOGRAM: Message = {
  countInt: [1, 'uint32'],
  sum: [3, 'double'],
  schema: [4, 'sint32'],
  zeroThreshold: [5, 'double'],
  zeroCountInt: [6, 'uint32'],
  negativeSpans: [8, () => SPAN],
  negativeDeltas: [9, 'base64'],
  positiveSpans: [11, () => SPAN],
  positiveDeltas: [12, 'base64'],
  positiveCounts: [13, 'base64'],
  resetHint: [14, 'enum'],
  timestamp: [15, 'int64'],
  customValues: [16, 'base64'],
};
const SAMPLE: Message = { value: [1, 'double'], timestamp: [2, 'int64'] };
const VERSION_1: Message = {
  timeseries: [
    1,
    () => ({
      labels: [1, () => ({ name: [1, 'string'], value: [2, 'string'] })],
      samples: [2, () => SAMPLE],
      histograms: [4, () => HISTOGRAM],
    }),
  ],
  metadata: [3, () => ({ type: [1, 'enum'], metric_family_name: [2, 'string'] })],
};
const VERSION_2: Message = {
  symbols: [4, 'string'],
  timeseries: [
    5,
    () => ({
      labelsRefs: [1, 'base64'],
      samples: [2, () => SAMPLE],
      histograms: [3, () => HISTOGRAM],
      metadata: [5, () => ({ type: [1, 'enum'], helpRef: [3, 'uint32'], unitRef: [4, 'uint32'] })],
    }),
  ],
};

/** Numbers of a packed field. */
const packed = (...numbers: number[]): string => Buffer.concat(numbers.map(varint)).toString('base64');
const zigzag = (...numbers: number[]): string =>
  packed(...numbers.map((number) => (number < 0 ? -2 * number - 1 : 2 * number)));

/** Snappy without compression: the length, then literals. */
function snappy(bytes: Buffer): Buffer {
  const parts = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const piece = bytes.subarray(at, at + 65_536);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(piece.length - 1, 1);
    parts.push(head, piece);
  }
  return Buffer.concat(parts);
}

const series = (labels: Record<string, string>, more: object) => ({
  labels: Object.entries(labels).map(([name, value]) => ({ name, value })),
  ...more,
});
const version1 = (...timeseries: object[]): Buffer => snappy(fromJson({ timeseries }, VERSION_1));

describeReceiver({
  name: 'prometheus',
  path: '/api/v1/write',
  contentType: 'application/x-protobuf',
  body: (lines) => version1(...lines.map((line) => series({ __name__: 'x', line }, { samples: [{ value: 1 }] }))),
  eventLine: (line) => {
    const start = '{"time":0,"value":"1","kind":"gauge"';
    return line.length > 1_000_000
      ? `${start},"moalog.truncated":"line"}`
      : `${start},"name":"x","attributes":{"line":${JSON.stringify(line).replaceAll('{', '\\u007b')}}}`;
  },
  isLines: false,
  acceptedStatus: 204,
  backPressureStatus: 503,
  diskFullStatus: 503,
  errorShape: /^[A-Z0-9].+\.\n$/,
});

describe('Prometheus remote write', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const post = async (body: Buffer, contentType = 'application/x-protobuf') =>
    under.post('/api/v1/write', body, {
      'content-type': contentType,
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    });
  const metrics = async (): Promise<unknown[]> =>
    (await under.stored()).flatMap(({ header, lines }) => {
      expect(header.signal).toBe('metrics');
      return lines.map((line) => JSON.parse(line) as unknown);
    });

  it('takes samples of version 1', async () => {
    under = await ReceiversUnderTest.start();
    const labels = { __name__: 'http_requests_total', job: 'api', instance: 'web-1:9100', code: '200', env: 'prod' };
    const stale = Buffer.from('0200000000000000f07f'.slice(0, 16), 'hex');
    stale.writeUInt32LE(2, 0);
    stale.writeUInt32LE(0x7ff00000, 4);
    const answer = await post(
      version1(
        series(labels, {
          samples: [
            { value: 1.5, timestamp: '1763712000123' },
            { value: 'NaN', timestamp: '1763712001000' },
            { value: stale.readDoubleLE(), timestamp: '1763712002000' },
          ],
        }),
        series({ __name__: 'temperature' }, { samples: [{ value: '-Infinity', timestamp: -5 }] }),
      ),
    );
    expect(answer.status).toBe(204);
    expect(answer.headers.get('x-prometheus-remote-write-samples-written')).toBe('4');
    const counter = {
      name: 'http_requests_total',
      kind: 'sum',
      temporality: 'cumulative',
      is_monotonic: true,
      service: 'api',
      environment: 'prod',
      host: 'web-1:9100',
      attributes: { job: 'api', instance: 'web-1:9100', code: '200', env: 'prod' },
    };
    expect(await metrics()).toEqual([
      { ...counter, time: 1_763_712_000_123_000_000, value: '1.5' },
      { ...counter, time: 1_763_712_001_000_000_000, value: 'NaN' },
      { name: 'temperature', kind: 'gauge', time: 0, value: '-Infinity', attributes: {} },
    ]);
  });

  it('takes samples of version 2, with types and units', async () => {
    under = await ReceiversUnderTest.start();
    const symbols = ['', '__name__', 'process_time', 'job', 'api', 'seconds', 'memory'];
    const request = {
      symbols,
      timeseries: [
        {
          labelsRefs: packed(1, 2, 3, 4),
          samples: [{ value: 3, timestamp: '1763712000000' }],
          metadata: { type: 1, unitRef: 5 },
        },
        { labelsRefs: packed(1, 6), samples: [{ value: 4, timestamp: '1763712000000' }], metadata: { type: 2 } },
      ],
    };
    const type = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';
    expect((await post(snappy(fromJson(request, VERSION_2)), type)).status).toBe(204);
    expect(await metrics()).toMatchObject([
      { name: 'process_time', kind: 'sum', unit: 'seconds', service: 'api', value: '3' },
      { name: 'memory', kind: 'gauge', value: '4' },
    ]);
    const wrong = { ...request, timeseries: [{ labelsRefs: packed(1, 99) }] };
    expect((await post(snappy(fromJson(wrong, VERSION_2)), type)).status).toBe(400);
    expect(
      (await post(snappy(Buffer.alloc(0)), 'application/x-protobuf;proto=io.prometheus.write.v3.Request')).status,
    ).toBe(415);
    expect((await post(snappy(Buffer.alloc(0)), 'application/json')).status).toBe(415);
  });

  it('takes native histograms with their bounds written out', async () => {
    under = await ReceiversUnderTest.start();
    const histogram = {
      countInt: 12,
      sum: 18.4,
      schema: 0,
      zeroThreshold: 0.25,
      zeroCountInt: 2,
      negativeSpans: [{ offset: 0, length: 1 }],
      negativeDeltas: zigzag(1),
      positiveSpans: [
        { offset: 0, length: 2 },
        { offset: 1, length: 1 },
      ],
      positiveDeltas: zigzag(4, -1, -1),
      timestamp: '1763712000000',
    };
    const custom = {
      ...histogram,
      schema: -53,
      zeroCountInt: 0,
      negativeSpans: [],
      customValues: doubles(1, 5),
      positiveSpans: [{ offset: 0, length: 3 }],
    };
    const answer = await post(
      version1(series({ __name__: 'h' }, { histograms: [histogram, { ...custom, resetHint: 3 }] })),
    );
    expect([answer.status, answer.headers.get('x-prometheus-remote-write-histograms-written')]).toEqual([204, '2']);
    expect(await metrics()).toMatchObject([
      {
        name: 'h',
        kind: 'histogram',
        temporality: 'cumulative',
        count: 12,
        value: '18.4',
        // (-1, -0.5], a gap, [-0.25, 0.25], (0.5, 1], (1, 2], none in (2, 4], (4, 8]
        bounds: [-1, -0.5, -0.25, 0.25, 0.5, 1, 2, 4, 8],
        buckets: [0, 1, 0, 2, 0, 4, 3, 0, 2, 0],
      },
      { bounds: [1, 5], buckets: [4, 3, 2] },
    ]);
  });

  it('reads or refuses whatever comes', () => {
    const request = fromJson(
      {
        timeseries: [
          series({ __name__: 'h', a: 'b' }, { samples: [{ value: 1, timestamp: '1763712000000' }] }),
          series(
            { __name__: 'i' },
            { histograms: [{ schema: 3, positiveSpans: [{ offset: 2, length: 3 }], positiveDeltas: zigzag(1, 2, 3) }] },
          ),
        ],
      },
      VERSION_1,
    );
    const changed = fc
      .array(fc.tuple(fc.nat(request.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const copy = Buffer.from(request);
        for (const [at, byte] of changes) copy[at] = byte;
        return copy;
      });
    const cut = fc.nat(request.length).map((end) => request.subarray(0, end));
    const random = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(
        fc.oneof(changed, cut, random),
        fc.constantFrom(linesOfVersion1, linesOfVersion2),
        (bytes, linesOf) => {
          const out = new LineWriter(bytes.length);
          try {
            for (const _ of linesOf(bytes, out, { samples: 0, histograms: 0 }));
            for (const line of out.lines().payload.toString().split('\n').slice(0, -1)) JSON.parse(line);
          } catch (error) {
            if (!(error instanceof MoalogError)) throw error;
            expect(error.code).toBe('invalid_body');
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

function doubles(...numbers: number[]): string {
  const bytes = Buffer.alloc(numbers.length * 8);
  for (const [i, number] of numbers.entries()) bytes.writeDoubleLE(number, i * 8);
  return bytes.toString('base64');
}
