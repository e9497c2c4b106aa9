import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '#metrics';
import { frameOf } from '../contract.suite.ts';
import { openSpool } from './spool.ts';
import { readSegment } from './spool-under-test.ts';

/** A file system of 4 MiB of its own, where this user may mount one. */
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-full-'));
const mounted = (() => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'moalog-test', dir], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!mounted)('a spool on a file system that is really full', () => {
  const filler = path.join(dir, 'filler');
  beforeAll(() => writeFileSync(filler, Buffer.alloc(1024 * 1024)));
  afterAll(() => {
    execFileSync('umount', [dir]);
    rmSync(dir, { recursive: true });
  });

  it('keeps what it acknowledged, refuses the rest, and takes more once there is room', async () => {
    const config = {
      spoolMaxBytes: 1e9,
      spoolMaxAgeMs: 1e9,
      segmentMaxBytes: 1e9,
      segmentMaxAgeMs: 60_000,
      batchWindowMs: 1e6,
      minFreeBytes: 1,
    };
    const spool = await openSpool({
      dir: path.join(dir, 'spool'),
      config,
      log: pino({ level: 'silent' }),
      metrics: createMetrics(),
    });
    const stored: string[] = [];
    let refusals = 0;
    const send = async (line: string) => {
      try {
        await spool.append(frameOf([line]));
        stored.push(line);
      } catch (error) {
        expect(error).toMatchObject({ code: 'disk_full' });
        refusals++;
      }
    };
    for (let number = 0; number < 20; number++) await send(`${number} ${'x'.repeat(300_000)}`);
    expect(stored.length).toBeGreaterThan(3);
    expect(refusals).toBeGreaterThan(3);
    rmSync(filler);
    await expect
      .poll(() => send('after').then(() => stored.includes('after')), { timeout: 10_000, interval: 200 })
      .toBe(true);
    await spool.close();

    const again = await openSpool({
      dir: path.join(dir, 'spool'),
      config,
      log: pino({ level: 'silent' }),
      metrics: createMetrics(),
    });
    const found: string[] = [];
    while (again.backlog().bytes > 0) {
      const segment = await again.take(AbortSignal.timeout(5_000));
      if (segment === null) throw new Error('no segment came');
      for (const { lines } of await readSegment(segment)) found.push(...lines);
      await again.done(segment);
    }
    expect(found).toEqual(stored);
    await again.close();
  });
});

if (!mounted) rmSync(dir, { recursive: true });
