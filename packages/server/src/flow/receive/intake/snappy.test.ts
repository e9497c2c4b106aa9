import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Body } from './body.ts';
import { unsnappy } from './snappy.ts';

const limits = { maxBytes: 1_000_000, budget: { take: () => undefined } };
const read = (bytes: Uint8Array, maxBytes = limits.maxBytes): Buffer =>
  unsnappy(Body.of([Buffer.from(bytes)], bytes.length), { ...limits, maxBytes }).bytes;

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** A small encoder: literals, and a copy (of all three shapes) wherever four bytes came before. */
function packed(bytes: Buffer): Buffer {
  const out: number[] = varint(bytes.length);
  const literal = (from: number, to: number): void => {
    for (let at = from; at < to; at += 70) {
      const size = Math.min(70, to - at);
      if (size <= 60) out.push((size - 1) << 2);
      else out.push(60 << 2, size - 1);
      out.push(...bytes.subarray(at, at + size));
    }
  };
  const seen = new Map<string, number>();
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const key = bytes.toString('latin1', at, at + 4);
    const before = seen.get(key);
    if (at + 4 <= bytes.length) seen.set(key, at);
    if (before === undefined) {
      at++;
      continue;
    }
    let size = 4;
    while (size < 64 && at + size < bytes.length && bytes[before + size] === bytes[at + size]) size++;
    literal(from, at);
    const offset = at - before;
    if (size <= 11 && offset < 2_048) out.push(((size - 4) << 2) | 1 | ((offset >> 8) << 5), offset & 255);
    else if (at % 2 === 0) out.push(((size - 1) << 2) | 2, offset & 255, offset >> 8);
    else out.push(((size - 1) << 2) | 3, offset & 255, offset >> 8, 0, 0);
    at += size;
    from = at;
  }
  literal(from, bytes.length);
  return Buffer.from(out);
}

describe('a snappy body', () => {
  it('reads what the reference implementation wrote', () => {
    // libsnappy's own, by way of python-snappy, on 'one log line, one log line, one log line, and another one\n'
    expect(read(Buffer.from('OjRvbmUgbG9nIGxpbmUsIG4OADxhbmQgYW5vdGhlciBvbmUK', 'base64')).toString()).toBe(
      'one log line, one log line, one log line, and another one\n',
    );
  });

  it('reads literals and copies of every shape', () => {
    const words = fc.array(fc.oneof(fc.constantFrom('level=info ', 'msg=', 'aaaa', '결제'), fc.string()), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(words, (list) => {
        const bytes = Buffer.from(list.join(''));
        expect(read(packed(bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  it('is refused when it is broken, whatever the bytes', () => {
    const good = packed(Buffer.from('level=info msg=one level=info msg=two level=info msg=three'.repeat(5)));
    const cut = fc.nat(good.length - 1).map((size) => good.subarray(0, size));
    const mutated = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
      const copy = Buffer.from(good);
      copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), cut, mutated), (bytes) => {
        try {
          expect(read(bytes).length).toBeLessThanOrEqual(limits.maxBytes);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^(invalid_body|body_too_large)$/) });
        }
      }),
      { numRuns: 2_000 },
    );
    expect(() => read(good.subarray(0, -1))).toThrow(expect.objectContaining({ code: 'invalid_body' }));
  });

  it('is refused for the length it declares before memory is taken', () => {
    expect(() => read(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f]))).toThrow(
      expect.objectContaining({ code: 'body_too_large' }),
    );
    expect(() => read(packed(Buffer.alloc(2_000, 'x')), 1_999)).toThrow(
      expect.objectContaining({ code: 'body_too_large' }),
    );
  });
});
