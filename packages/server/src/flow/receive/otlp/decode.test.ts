import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MoalogError } from '#errors';
import { fromJson, type Message } from '../protobuf/from-json.ts';
import { LineWriter } from '../protobuf/line-writer.ts';
import { logLines } from './logs.ts';
import { metricLines } from './metrics.ts';
import { LOGS_REQUEST, METRICS_REQUEST, SPANS_REQUEST } from './schema.ts';
import { spanLines } from './spans.ts';

const DECODERS: readonly (readonly [string, Message, typeof logLines])[] = [
  ['logs', LOGS_REQUEST, logLines],
  ['spans', SPANS_REQUEST, spanLines],
  ['metrics', METRICS_REQUEST, metricLines],
];

/** Any message of a table, in its JSON form. */
function anyMessage(message: Message, depth = 0): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(message).map(([name, [, kind]]): [string, fc.Arbitrary<unknown>] => [
    name,
    typeof kind === 'function' ? fc.array(anyOf(kind, depth), { maxLength: 2 }) : fc.constantFrom(...SAMPLES[kind]),
  ]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [] });
}
const MAX_DEPTH = 6;
const anyOf = (kind: () => Message, depth: number): fc.Arbitrary<unknown> =>
  depth > MAX_DEPTH ? fc.constant({}) : fc.constant(null).chain(() => anyMessage(kind(), depth + 1));

const SAMPLES: Readonly<Record<Exclude<Message[string][1], () => Message>, readonly [unknown, ...unknown[]]>> = {
  string: ['', 'a', '결제 {"x":1}\n\u0000', 'service.name', 'host.name', 'x'.repeat(200)],
  bool: [true, false],
  enum: [0, 1, 2, 9, 24, 1_000],
  uint32: [0, 7, 4_294_967_295],
  sint32: [0, -5, 20],
  int64: ['0', '-1', '9223372036854775807', '-9223372036854775808'],
  double: [0, 0.1, 'NaN', '-Infinity', 1e308],
  fixed32: [0, 1, 4_294_967_295],
  fixed64: ['0', '1763712000123456789', '18446744073709551615'],
  sfixed64: ['0', '-5', '9223372036854775807'],
  hex: ['', '00000000000000000000000000000000', '5b8efff798038103d269b633813fc60c', 'eee19b7ec3c1b174'],
  base64: ['', 'AAEC/w=='],
};

/** Lines, or the refusal; anything else is an error. */
function decoded(bytes: Buffer, decode: typeof logLines): string[] | 'refused' {
  const out = new LineWriter(bytes.length);
  try {
    for (const _ of decode(bytes, out));
  } catch (error) {
    if (error instanceof MoalogError && error.code === 'invalid_body') return 'refused';
    throw error;
  }
  const { payload, rows } = out.lines();
  const lines = payload.toString().split('\n');
  expect(lines.pop()).toBe('');
  expect(lines).toHaveLength(rows);
  return lines;
}

describe.each(DECODERS)('the decoder of %s', (_name, request, decode) => {
  const message = anyMessage(request).map((json) => fromJson(json, request));

  it('makes JSON lines of any message', () => {
    fc.assert(
      fc.property(message, (bytes) => {
        const lines = decoded(bytes, decode);
        expect(lines).not.toBe('refused');
        if (lines !== 'refused') for (const line of lines) expect(typeof JSON.parse(line)).toBe('object');
      }),
      { numRuns: 150 },
    );
  });

  it('reads or refuses random bytes, and messages that are cut off or changed', () => {
    const cut = fc.tuple(message, fc.nat(500)).map(([bytes, end]) => bytes.subarray(0, end));
    const changed = fc
      .tuple(message, fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 5 }))
      .map(([bytes, changes]) => {
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return bytes;
      });
    const random = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(random, cut, changed), (bytes) => {
        decoded(bytes, decode);
      }),
      { numRuns: 700 },
    );
  });

  it('reads or refuses any JSON', () => {
    const wild = anyMessage(request).chain((json) =>
      fc.tuple(fc.constantFrom(...JSON.stringify(json).split(/(?<=[,:{[])/)), fc.jsonValue()).map(([piece, other]) => {
        const text = JSON.stringify(json).replace(piece, () => `${piece.slice(0, -1)}${JSON.stringify(other)}`);
        try {
          return JSON.parse(text) as unknown;
        } catch {
          return other;
        }
      }),
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), wild), (value) => {
        try {
          decoded(fromJson(value, request), decode);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_body' });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('keeps nothing of what it read', () => {
    const [bytes = Buffer.alloc(0)] = fc.sample(
      message.filter((one) => one.length > 500),
      { numRuns: 1, seed: 1 },
    );
    const used = () => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
    for (let i = 0; i < 200; i++) decoded(bytes.subarray(0, bytes.length - (i % 50)), decode);
    const before = used();
    for (let i = 0; i < 5_000; i++) decoded(bytes.subarray(0, bytes.length - (i % 50)), decode);
    expect(used() - before).toBeLessThan(64 * 1024 * 1024);
  });
});
