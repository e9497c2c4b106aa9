import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutBatches, type LineBatch } from './batches.ts';

async function cut(bytes: Buffer, chunkBytes: number, maxBytes: number, from = 0): Promise<LineBatch[]> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const batches: LineBatch[] = [];
  for await (const batch of cutBatches(chunks(), maxBytes, from)) batches.push(batch);
  return batches;
}

const text = fc
  .array(fc.constantFrom('a', 'bb', '\n', '한', '\xff'), { maxLength: 200 })
  .map((parts) => Buffer.from(parts.join('')));

test('batches join to the same bytes and each but the last ends with a line', async () => {
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      async (bytes, chunkBytes, maxBytes) => {
        const batches = await cut(bytes, chunkBytes, maxBytes);
        expect(Buffer.concat(batches.map((batch) => batch.body))).toEqual(bytes);
        for (const batch of batches.slice(0, -1)) expect(batch.body.at(-1)).toBe(10);
      },
    ),
  );
});

test('the cuts do not depend on chunks, and going on from a cut gives the same batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 40 }),
      async (bytes, chunkBytes, maxBytes) => {
        const batches = await cut(bytes, 10_000, maxBytes);
        expect(await cut(bytes, chunkBytes, maxBytes)).toEqual(batches);
        const middle = Math.floor(batches.length / 2);
        expect(await cut(bytes, chunkBytes, maxBytes, batches[middle]?.start ?? 0)).toEqual(batches.slice(middle));
      },
    ),
  );
});

test('a line longer than a batch stays whole', async () => {
  const batches = await cut(Buffer.from(`${'x'.repeat(50)}\nshort\n`), 7, 10);
  expect(batches.map((batch) => batch.body.toString())).toEqual([`${'x'.repeat(50)}\n`, 'short\n']);
});
