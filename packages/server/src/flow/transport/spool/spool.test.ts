import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createMetrics } from '#metrics';
import { describeTransport, frameOf } from '../contract.suite.ts';
import { MAX_ROWS } from './segment-names.ts';
import { openSpool } from './spool.ts';
import { readSegment, SpoolUnderTest } from './spool-under-test.ts';

describeTransport('the spool', () => SpoolUnderTest.open());

describe('the spool', () => {
  const opened: SpoolUnderTest[] = [];
  const open = async (...config: Parameters<typeof SpoolUnderTest.open>) => {
    const under = await SpoolUnderTest.open(...config);
    opened.push(under);
    return under;
  };
  afterEach(async () => {
    for (const under of opened.splice(0)) await under.dispose();
  });
  const seqsOf = (under: SpoolUnderTest) => readdirSync(under.dir).filter((name) => name.endsWith('.seg'));

  it('acknowledges after fsync, and writes the frames that waited meanwhile together', async () => {
    const under = await open({ segmentMaxAgeMs: 60_000 });
    const gate = Promise.withResolvers<void>();
    under.disk.syncGate = gate.promise;
    let acknowledged = 0;
    const append = () => under.transport.append(frameOf(['x'])).then(() => acknowledged++);
    const first = append();
    await sleep(20);
    const others = Array.from({ length: 50 }, append);
    await sleep(20);
    expect(acknowledged).toBe(0);
    gate.resolve();
    await Promise.all([first, ...others]);
    expect(under.disk.syncs).toBe(2);
  });

  it('gives row numbers, tokens and an index that fit the file', async () => {
    const under = await open();
    await Promise.all([
      under.transport.append(frameOf(['a', 'b'])),
      under.transport.append(frameOf(['c'], { defaults: { service: 's' } })),
    ]);
    const segment = await under.take();
    const rows = readFileSync(segment.path, 'utf8').split('\n');
    const index = readFileSync(segment.framesPath, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(segment).toMatchObject({
      rows: 5,
      bytes: readFileSync(segment.path).length,
      firstEventId: BigInt(segment.seq) * 2n ** 24n,
    });
    expect(segment.token).toMatch(new RegExp(`^[0-9a-f]{16}-${segment.seq}$`));
    expect(index).toMatchObject([
      { header_row: 0, project: 'default', rows: 2 },
      { header_row: 3, service: 's', rows: 1, end: segment.bytes },
    ]);
    expect([rows[1], rows[2], rows[4]]).toEqual(['a', 'b', 'c']);
  });

  it('closes a segment when it is old enough while the loader keeps up', async () => {
    const under = await open({ segmentMaxAgeMs: 30 });
    const started = performance.now();
    await under.transport.append(frameOf(['x']));
    await under.take();
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('lets the open segment grow until a loader asks for one', async () => {
    const under = await open({ segmentMaxAgeMs: 10 });
    for (let number = 0; number < 5; number++) {
      await under.transport.append(frameOf([`${number}`]));
      await sleep(25);
    }
    expect(seqsOf(under)).toHaveLength(1);
    expect((await readSegment(await under.take())).flatMap(({ lines }) => lines)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('closes the first segment after a pause soon, and those behind it at their age', async () => {
    const under = await open({ segmentMaxAgeMs: 1_500 });
    const closedAfter = async () => {
      const started = performance.now();
      const taken = under.take();
      await under.transport.append(frameOf(['x']));
      await under.transport.done(await taken);
      return performance.now() - started;
    };
    expect(await closedAfter()).toBeLessThan(900);
    expect(await closedAfter()).toBeGreaterThan(900);
  });

  it('closes a segment at its size', async () => {
    const under = await open({ segmentMaxAgeMs: 60_000, segmentMaxBytes: 10_000 });
    for (let number = 0; number < 10; number++) await under.transport.append(frameOf(['x'.repeat(4_000)]));
    expect(seqsOf(under).length).toBeGreaterThanOrEqual(3);
    expect((await under.take()).bytes).toBeGreaterThanOrEqual(10_000);
  });

  it('never puts more rows into a segment than an event id can tell apart', async () => {
    const under = await open({ segmentMaxAgeMs: 60_000 });
    const half = Math.ceil(MAX_ROWS / 2);
    const many = () => under.transport.append({ ...frameOf([]), payload: Buffer.alloc(half * 2, 'x\n'), rows: half });
    await Promise.all([many(), many()]);
    await under.transport.close();
    expect(seqsOf(under)).toHaveLength(2);
  });

  it('refuses a frame of more rows than a segment holds', async () => {
    const under = await open();
    await expect(
      under.transport.append({ ...frameOf([]), payload: Buffer.alloc(10), rows: MAX_ROWS }),
    ).rejects.toMatchObject({ code: 'body_too_large' });
  });

  it('hands a segment out again under the same token when the process died before it was marked done', async () => {
    const under = await open();
    await under.transport.append(frameOf(['x']));
    const before = await under.take();
    await under.reopen();
    expect(await under.take()).toMatchObject({
      seq: before.seq,
      token: before.token,
      firstEventId: before.firstEventId,
    });
  });

  it('hands out nothing that was marked done', async () => {
    const under = await open();
    await under.transport.append(frameOf(['x']));
    await under.drain();
    await under.reopen();
    expect(under.transport.backlog().bytes).toBe(0);
    expect(readdirSync(under.dir).sort()).toEqual(['batches', 'spool.json']);
  });

  it('never uses a segment number twice, though all segments are gone and the process died', async () => {
    const under = await open();
    let greatest = 0;
    for (let round = 0; round < 4; round++) {
      await under.transport.append(frameOf(['x']));
      const segment = await under.take();
      expect(segment.seq).toBeGreaterThan(greatest);
      greatest = segment.seq;
      await under.transport.done(segment);
      const dead = under.transport;
      // No close: the next instance sees what a kill leaves.
      const config = {
        spoolMaxBytes: 1e9,
        spoolMaxAgeMs: 1e9,
        segmentMaxBytes: 1e9,
        segmentMaxAgeMs: 10,
        batchWindowMs: 1e6,
        minFreeBytes: 1,
      };
      const next = await openSpool({
        dir: under.dir,
        config,
        log: pino({ level: 'silent' }),
        metrics: createMetrics(),
      });
      await next.append(frameOf(['y']));
      const again = await next.take(AbortSignal.timeout(2_000));
      expect(again?.seq).toBeGreaterThan(greatest);
      greatest = again?.seq ?? 0;
      if (again) await next.done(again);
      await next.close();
      await dead.close();
      await under.reopen();
    }
  });

  it('tells how far everything is loaded, also when loads end out of order', async () => {
    const under = await open({ segmentMaxAgeMs: 10 });
    const seen: bigint[] = [];
    under.transport.onLoaded(() => seen.push(under.transport.loadedBelow()));
    const idle = under.transport.loadedBelow();
    await under.transport.append(frameOf(['a']));
    const first = await under.take();
    expect(under.transport.loadedBelow()).toBe(first.firstEventId);
    await under.transport.append(frameOf(['b']));
    const second = await under.take();
    await under.transport.done(second);
    expect(under.transport.loadedBelow()).toBe(first.firstEventId);
    await under.transport.done(first);
    expect(under.transport.loadedBelow()).toBeGreaterThan(second.firstEventId);
    expect(seen).toHaveLength(2);
    expect(idle).toBeLessThanOrEqual(first.firstEventId);
  });

  it('ends waiting takers when it closes or their signal is aborted', async () => {
    const under = await open();
    const aborting = new AbortController();
    const aborted = under.transport.take(aborting.signal);
    const waiting = under.transport.take(new AbortController().signal);
    aborting.abort();
    expect(await aborted).toBeNull();
    await under.transport.close();
    expect(await waiting).toBeNull();
  });

  it('forgets a batch id when the window is over', async () => {
    const under = await open({ batchWindowMs: 200 });
    await under.transport.append(frameOf(['x'], { batchId: 'a' }));
    await under.drain();
    await sleep(300);
    expect(await under.transport.append(frameOf(['x'], { batchId: 'a' }))).toBe('stored');
    await under.drain();
    await under.reopen();
    expect(readdirSync(path.join(under.dir, 'batches')).length).toBeLessThanOrEqual(1);
  });

  describe('under pressure', () => {
    it('answers back_pressure past its limit on bytes, and takes again once there is room', async () => {
      const under = await open({ spoolMaxBytes: 10_000 });
      const big = () => under.transport.append(frameOf(['x'.repeat(6_000)]));
      await big();
      await expect(big()).rejects.toMatchObject({ code: 'back_pressure', retryAfterS: expect.any(Number) });
      await under.drain();
      expect(await big()).toBe('stored');
    });

    it('takes a frame that is larger than the limit when nothing waits', async () => {
      const under = await open({ spoolMaxBytes: 1_000 });
      expect(await under.transport.append(frameOf(['x'.repeat(6_000)]))).toBe('stored');
      expect(under.transport.backlog().full).toBe(true);
    });

    it('answers back_pressure when the oldest event has waited too long', async () => {
      const under = await open({ spoolMaxAgeMs: 1_000 });
      await under.transport.append(frameOf(['x'], { receivedAt: Date.now() - 2_000 }));
      await expect(under.transport.append(frameOf(['y']))).rejects.toMatchObject({ code: 'back_pressure' });
      await under.drain();
      expect(await under.transport.append(frameOf(['y']))).toBe('stored');
    });

    it('answers disk_full below the free space that is to stay, and goes on by itself', async () => {
      const under = await open({ minFreeBytes: 1_000 });
      under.disk.free = 999;
      await under.reopen();
      await expect(under.transport.append(frameOf(['x']))).rejects.toMatchObject({ code: 'disk_full' });
      expect(under.transport.backlog().full).toBe(true);
      under.disk.free = 1_001;
      await expect
        .poll(() => under.transport.append(frameOf(['x'])).catch(() => 'refused'), { timeout: 5_000, interval: 100 })
        .toBe('stored');
    });
  });

  describe('when the disk fails', () => {
    const sent = async (under: SpoolUnderTest, line: string) =>
      under.transport.append(frameOf([line])).then(() => line);

    it('answers disk_full on ENOSPC, keeps what it acknowledged, and goes on in a new segment once there is room', async () => {
      const under = await open({ segmentMaxAgeMs: 60_000 });
      await sent(under, 'before');
      under.disk.full = true;
      await expect(sent(under, 'lost')).rejects.toMatchObject({ code: 'disk_full', cause: { code: 'ENOSPC' } });
      await expect(sent(under, 'refused at once')).rejects.toMatchObject({ code: 'disk_full' });
      under.disk.full = false;
      await expect
        .poll(() => sent(under, 'after').catch(() => 'refused'), { timeout: 5_000, interval: 100 })
        .toBe('after');
      await under.reopen();
      expect((await under.drain()).flatMap(({ lines }) => lines)).toEqual(['before', 'after']);
    });

    it('leaves nothing of a group whose fsync failed, and does not use that file again', async () => {
      const under = await open({ segmentMaxAgeMs: 60_000 });
      await sent(under, 'before');
      under.disk.failSyncs = 1;
      await expect(sent(under, 'lost')).rejects.toMatchObject({ code: 'disk_full', cause: { code: 'EIO' } });
      const segment = await under.take();
      expect((await readSegment(segment)).flatMap(({ lines }) => lines)).toEqual(['before']);
      expect(readFileSync(segment.path).length).toBe(segment.bytes);
      await under.transport.done(segment);
      await expect
        .poll(() => sent(under, 'after').catch(() => 'refused'), { timeout: 5_000, interval: 100 })
        .toBe('after');
      expect(under.transport.loadedBelow()).toBeGreaterThan(segment.firstEventId);
    });

    it('counts nothing as waiting after a failed write', async () => {
      const under = await open();
      under.disk.full = true;
      await expect(sent(under, 'lost')).rejects.toMatchObject({ code: 'disk_full' });
      expect(under.transport.backlog()).toMatchObject({ bytes: 0, rows: 0 });
    });

    it('stores a batch whose first attempt failed', async () => {
      const under = await open();
      under.disk.failSyncs = 1;
      const attempts = await Promise.allSettled(
        [1, 2].map(() => under.transport.append(frameOf(['x'], { batchId: 'a' }))),
      );
      expect(attempts.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      await expect
        .poll(() => under.transport.append(frameOf(['x'], { batchId: 'a' })).catch(() => 'refused'), {
          timeout: 5_000,
          interval: 100,
        })
        .toBe('stored');
    });
  });

  describe('at start-up', () => {
    /** A directory as a kill -9 leaves it, while the spool that wrote it goes on elsewhere. */
    const killed = async (lines: readonly string[]): Promise<string> => {
      const under = await open({ segmentMaxAgeMs: 60_000 });
      for (const line of lines) await under.transport.append(frameOf([line], { batchId: line }));
      const copy = mkdtempSync(path.join(tmpdir(), 'moalog-spool-'));
      cpSync(under.dir, copy, { recursive: true });
      return copy;
    };
    const reopened = async (dir: string) => {
      const config = {
        spoolMaxBytes: 1e9,
        spoolMaxAgeMs: 1e9,
        segmentMaxBytes: 1e9,
        segmentMaxAgeMs: 10,
        batchWindowMs: 1e6,
        minFreeBytes: 1,
      };
      return openSpool({ dir, config, log: pino({ level: 'silent' }), metrics: createMetrics() });
    };
    const segmentIn = (dir: string) => path.join(dir, readdirSync(dir).find((name) => name.endsWith('.seg')) ?? '');

    it('cuts a torn tail and keeps the frames before it, with their batch ids', async () => {
      const dir = await killed(['a', 'b', 'c']);
      truncateSync(segmentIn(dir), readFileSync(segmentIn(dir)).length - 1);
      const spool = await reopened(dir);
      const segment = await spool.take(AbortSignal.timeout(2_000));
      expect(segment && (await readSegment(segment)).flatMap(({ lines }) => lines)).toEqual(['a', 'b']);
      expect(await spool.append(frameOf(['b'], { batchId: 'b' }))).toBe('duplicate');
      expect(await spool.append(frameOf(['c'], { batchId: 'c' }))).toBe('stored');
      await spool.close();
      rmSync(dir, { recursive: true });
    });

    it('removes a segment in which no frame is whole, and an index without segment', async () => {
      const dir = await killed(['a']);
      writeFileSync(segmentIn(dir), '\x01garbage');
      writeFileSync(path.join(dir, '000000000001.frames'), '{}\n');
      const spool = await reopened(dir);
      expect(spool.backlog()).toMatchObject({ bytes: 0, rows: 0 });
      expect(readdirSync(dir).sort()).toEqual(['batches', 'spool.json']);
      await spool.close();
      rmSync(dir, { recursive: true });
    });

    it('finds damage in a segment that was closed, hands out what is whole and keeps the rest aside', async () => {
      const under = await open({ segmentMaxAgeMs: 60_000 });
      for (const line of ['a', 'b', 'c']) await under.transport.append(frameOf([line]));
      await under.transport.close();
      const file = segmentIn(under.dir);
      const bytes = readFileSync(file);
      bytes[bytes.length - 2] = 0x78;
      writeFileSync(file, bytes);
      await under.reopen();
      const segment = await under.take();
      expect((await readSegment(segment)).flatMap(({ lines }) => lines)).toEqual(['a', 'b']);
      expect(readFileSync(file.replace('.seg', '.damaged'))).toEqual(bytes);
      await under.transport.done(segment);
      expect(under.transport.backlog()).toMatchObject({ bytes: 0, rows: 0 });
      expect(existsSync(file)).toBe(false);
    });
  });
});
