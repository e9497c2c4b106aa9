import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameOf } from '../contract.suite.ts';
import { nodeDisk } from './disk.ts';
import { encodeHeader } from './frame-codec.ts';
import { type RecoveryParts, recoverSegment } from './recovery.ts';
import { framesPath, segmentPath } from './segment-names.ts';
import { walkSegment } from './segment-walk.ts';

let dir: string;
let parts: RecoveryParts;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'moalog-recovery-'));
  parts = { directory: dir, disk: nodeDisk, log: pino({ level: 'silent' }), keepBatches: async () => {} };
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Lines that look like frames among the others. */
const line = fc.oneof(
  fc.string({ minLength: 1 }).map((text) => text.replaceAll('\n', '·')),
  fc.constantFrom(
    '\x01',
    '\x0100000000 {"v":1,"bytes":0,"rows":0}',
    `${encodeHeader(frameOf([])).toString().trimEnd()}`,
    '{"a":1}',
    'x'.repeat(70_000),
  ),
);
const frames = fc.array(
  fc
    .record({ lines: fc.array(line, { minLength: 1, maxLength: 4 }), service: fc.string({ maxLength: 8 }) })
    .map(({ lines, service }) => frameOf(lines, { receivedAt: 1, defaults: { service } })),
  { minLength: 1, maxLength: 6 },
);
const damage = fc.record({
  kind: fc.constantFrom('cut', 'flip', 'zero', 'append'),
  where: fc.double({ min: 0, max: 1, noNaN: true }),
  bit: fc.integer({ min: 0, max: 7 }),
});

function build(members: readonly ReturnType<typeof frameOf>[]): { bytes: Buffer; ends: number[] } {
  const parts: Buffer[] = [];
  const ends: number[] = [];
  let end = 0;
  for (const frame of members) {
    const header = encodeHeader(frame);
    parts.push(header, frame.payload);
    end += header.length + frame.payload.length;
    ends.push(end);
  }
  return { bytes: Buffer.concat(parts), ends };
}

/** The damaged file, and the first offset at which it differs from what was written. */
function damaged(
  bytes: Buffer,
  { kind, where, bit }: { kind: string; where: number; bit: number },
): { file: Buffer; from: number } {
  const at = Math.min(bytes.length - 1, Math.floor(where * bytes.length));
  if (kind === 'cut') return { file: bytes.subarray(0, at), from: at };
  if (kind === 'append') return { file: Buffer.concat([bytes, bytes.subarray(0, at)]), from: bytes.length };
  const file = Buffer.from(bytes);
  if (kind === 'zero') file.fill(0, at);
  else file[at] = (file[at] ?? 0) ^ (1 << bit);
  return { file, from: at };
}

describe('recovery of a segment that a crash left', () => {
  it('brings back every whole frame before the damage and invents nothing', async () => {
    let seq = 0;
    await fc.assert(
      fc.asyncProperty(frames, damage, async (members, hit) => {
        const { bytes, ends } = build(members);
        const { file, from } = damaged(bytes, hit);
        const target = segmentPath(dir, ++seq);
        writeFileSync(target, file);
        const recovered = await recoverSegment(parts, seq);
        // A copy of the file's own beginning behind it is whole frames too: those were written by this program.
        const whole = ends.filter((end) => end <= from).length;
        const expected = members.slice(0, whole).map(({ payload }) => payload);
        if (recovered === null) return void expect(expected).toEqual([]);
        const walk = await walkSegment(target);
        const kept = readFileSync(target);
        const payloads = walk.frames.map(({ place }, index) => {
          const frame = members[index % members.length];
          return kept.subarray(place.end - (frame?.payload.length ?? 0), place.end);
        });
        expect(payloads.slice(0, whole)).toEqual(expected);
        if (hit.kind !== 'append') expect(payloads).toHaveLength(whole);
        expect(walk.end).toBe(kept.length);
        expect(recovered.bytes).toBe(kept.length);
        expect(recovered.rows).toBe(kept.toString('latin1').split('\n').length - 1);
        // Closed now: the next start takes it by its index.
        expect(await recoverSegment(parts, seq)).toMatchObject({
          rows: recovered.rows,
          bytes: recovered.bytes,
          verified: false,
        });
        rmSync(target);
        rmSync(framesPath(target));
      }),
      { numRuns: 400 },
    );
  });

  it('finds every frame whole after a cut or a flipped bit at each single byte', async () => {
    const members = [frameOf(['{"a":1}'], { receivedAt: 1 }), frameOf(['b', 'c'], { receivedAt: 2, batchId: 'x' })];
    const { bytes, ends } = build(members);
    const target = segmentPath(dir, 999_999);
    for (let at = 0; at < bytes.length; at++) {
      for (const kind of ['cut', 'flip']) {
        const { file } = damaged(bytes, { kind, where: at / bytes.length + 1e-9, bit: at % 8 });
        writeFileSync(target, file);
        const walk = await walkSegment(target);
        expect(walk.end, `${kind} at ${at}`).toBe(ends.filter((end) => end <= at).at(-1) ?? 0);
      }
    }
  });
});
