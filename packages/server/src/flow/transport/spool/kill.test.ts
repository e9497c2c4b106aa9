import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics } from '#metrics';
import { frameOf } from '../contract.suite.ts';
import { openSpool } from './spool.ts';
import { readSegment } from './spool-under-test.ts';

const CHILD = fileURLToPath(new URL('./append-until-killed.ts', import.meta.url));

describe('a spool whose process is killed', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'moalog-kill-'));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  /** Numbers that a process acknowledged before it was killed after `runMs`. */
  async function acknowledged(first: number, runMs: number): Promise<number[]> {
    const child = spawn(process.execPath, [CHILD, dir, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), runMs);
      output += chunk;
    });
    await once(child, 'close');
    // The last line may be cut by the kill.
    return output.split('\n').slice(0, -1).map(Number);
  }

  it('has every acknowledged line once, remembers its batch ids, and never repeats a segment number', async () => {
    const expected = new Set<number>();
    for (let round = 0; round < 5; round++) {
      for (const number of await acknowledged(round * 1_000_000, 20 + round * 37)) expected.add(number);
    }
    expect(expected.size).toBeGreaterThan(50);

    const config = {
      spoolMaxBytes: 1e9,
      spoolMaxAgeMs: 1e9,
      segmentMaxBytes: 1e9,
      segmentMaxAgeMs: 10,
      batchWindowMs: 3.6e6,
      minFreeBytes: 1,
    };
    const spool = await openSpool({ dir, config, log: pino({ level: 'silent' }), metrics: createMetrics() });
    const found: number[] = [];
    const seqs: number[] = [];
    while (spool.backlog().bytes > 0) {
      const segment = await spool.take(AbortSignal.timeout(5_000));
      if (segment === null) throw new Error('no segment came');
      seqs.push(segment.seq);
      for (const { lines } of await readSegment(segment))
        found.push(...lines.map((line) => Number(line.split(' ')[0])));
      await spool.done(segment);
    }
    expect(new Set(found).size).toBe(found.length);
    expect([...expected].filter((number) => !found.includes(number))).toEqual([]);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    const [some = 0] = expected;
    expect(await spool.append(frameOf(['again'], { batchId: `${some}` }))).toBe('duplicate');
    await spool.close();
  });
});
