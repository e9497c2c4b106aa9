import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BatchIds, batchFingerprint } from './batch-ids.ts';
import { nodeDisk } from './disk.ts';
import { FingerprintSet } from './fingerprint-set.ts';

const WINDOW_MS = 24_000;

describe('remembered batch ids', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'moalog-batches-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const open = () => new BatchIds(dir, WINDOW_MS, nodeDisk, pino({ level: 'silent' }));
  const seen = (id: string, receivedAt: number) => ({ fingerprint: batchFingerprint('p', id), receivedAt });

  it('are known for the window and not much longer', () => {
    const ids = open();
    ids.add(seen('a', 10_000));
    expect(ids.has(batchFingerprint('p', 'a'), 10_000 + WINDOW_MS)).toBe(true);
    expect(ids.has(batchFingerprint('p', 'a'), 10_000 + WINDOW_MS + WINDOW_MS / 12)).toBe(false);
    expect(ids.has(batchFingerprint('other', 'a'), 10_000)).toBe(false);
  });

  it('are read again after a restart, though a crash tore the end of the file', async () => {
    const ids = open();
    await ids.persist([seen('a', 10_000), seen('b', 10_001)], 10_001);
    const [file = ''] = readdirSync(dir);
    appendFileSync(path.join(dir, file), 'torn');
    const second = open();
    await second.persist([seen('c', 10_002)], 10_002);
    const third = open();
    for (const id of ['a', 'b', 'c']) expect(third.has(batchFingerprint('p', id), 10_002), id).toBe(true);
    expect(third.has(batchFingerprint('p', 'd'), 10_002)).toBe(false);
  });

  it('leave no file behind once the window is over', async () => {
    const ids = open();
    for (let at = 0; at < 3 * WINDOW_MS; at += 1_000) {
      const batch = seen(`${at}`, at);
      ids.add(batch);
      await ids.persist([batch], at);
    }
    expect(readdirSync(dir).length).toBeLessThanOrEqual(27);
  });
});

describe('a set of fingerprints', () => {
  it('holds exactly what was added, at any size', () => {
    const set = new FingerprintSet();
    const ids = Array.from({ length: 20_000 }, (_, number) => batchFingerprint('p', `${number}`));
    for (const id of ids) expect(set.add(id)).toBe(true);
    for (const id of ids) expect(set.add(id)).toBe(false);
    expect(set.size).toBe(20_000);
    expect(ids.every((id) => set.has(id))).toBe(true);
    for (let number = 0; number < 20_000; number++) expect(set.has(batchFingerprint('q', `${number}`))).toBe(false);
  });
});
