import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonCursor } from './json-cursor.ts';

/** Reads a document by the cursor alone. */
function read(cursor: JsonCursor): unknown {
  if (cursor.enterArray()) {
    const array: unknown[] = [];
    while (cursor.nextElement()) array.push(read(cursor));
    return array;
  }
  if (!cursor.enterObject()) return JSON.parse(cursor.take());
  const entries: [string, unknown][] = [];
  for (let key = cursor.nextKey(); key !== null; key = cursor.nextKey()) entries.push([key, read(cursor)]);
  return Object.fromEntries(entries);
}

test('reads what JSON.parse reads, however it is spaced', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, null, space);
      const cursor = new JsonCursor(Buffer.from(` ${text}\n`));
      expect(read(cursor)).toEqual(JSON.parse(text));
      cursor.end();
      const taken = new JsonCursor(Buffer.from(text)).take();
      expect(JSON.parse(taken)).toEqual(JSON.parse(text));
    }),
  );
});

test.each(['', '{', '[1', '{"a"}', '{"a":}', '{1:2}', '[1 2]', '{"a":1,,"b":2}', '"torn', '{"a":1} x'])(
  '%s is broken',
  (text) => {
    const walk = () => {
      const cursor = new JsonCursor(Buffer.from(text));
      read(cursor);
      cursor.end();
    };
    expect(walk).toThrow('is broken at byte');
  },
);

test('ends for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        read(new JsonCursor(Buffer.from(bytes)));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
});
