import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '#metrics';
import type { Segment, SegmentQueue } from '#transport';
import { startLoader } from './loader.ts';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

/** Hands out the given segments once; remembers and deletes what is done, as the spool does. */
class ListQueue implements SegmentQueue {
  readonly done_: number[] = [];
  readonly #segments: Segment[];
  constructor(segments: readonly Segment[]) {
    this.#segments = [...segments];
  }
  async take(signal: AbortSignal): Promise<Segment | null> {
    const next = this.#segments.shift();
    if (next !== undefined) return next;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return null;
  }
  async done(segment: Segment): Promise<void> {
    this.done_.push(segment.seq);
    await rm(segment.path);
    await rm(segment.framesPath, { force: true });
  }
  loadedBelow = (): bigint => 0n;
  acceptedBelow = (): bigint => 0n;
  onLoaded = () => () => undefined;
}

const loader = (queue: SegmentQueue, metrics = createMetrics()) =>
  startLoader({
    queue,
    store: rig.store,
    pipelines: { inForce: async () => new Map() },
    metrics,
    log: pino({ level: 'silent' }),
  });
const until = async (holds: () => boolean): Promise<void> => {
  for (const end = Date.now() + 25_000; !holds(); ) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await sleep(20);
  }
};
const lines = (name: string): string[] =>
  Array.from({ length: 50 }, (_, i) => JSON.stringify({ message: `${name} ${i}` }));

describe('the loader', () => {
  it('loads every segment, marks it done after that, and counts its events', async () => {
    const segments = [
      await rig.segment([{ lines: lines('a') }]),
      await rig.segment([{ lines: lines('b') }, { lines: lines('c') }]),
    ];
    const queue = new ListQueue(segments);
    const metrics = createMetrics();
    const running = loader(queue, metrics);
    await until(() => queue.done_.length === 2);
    for (const segment of segments)
      expect(await rig.events(segment)).toHaveLength(segment.rows - (segment === segments[0] ? 1 : 2));
    expect(await metrics.registry.getSingleMetricAsString('moalog_loaded_events_total')).toContain('150');
    expect(running.complaint()).toBeNull();
    await running.close();
  });

  it('waits for an engine that is away and then loads what waited', async () => {
    const segment = await rig.segment([{ lines: lines('later') }]);
    const queue = new ListQueue([segment]);
    const pid = rig.engine.pid();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    const running = loader(queue);
    await until(() => queue.done_.length === 1);
    expect(await rig.events(segment)).toHaveLength(50);
    await running.close();
  });

  it('sets a segment aside, whole and with the reason, when the store refuses it again and again, and goes on', async () => {
    const poisoned = await rig.segment([{ lines: lines('poisoned') }]);
    await writeFile(
      poisoned.framesPath,
      `${await readFile(poisoned.framesPath, 'utf8')}{"header_row":"not a number","rows":0}\n`,
    );
    const good = await rig.segment([{ lines: lines('good') }]);
    const content = await readFile(poisoned.path);
    const queue = new ListQueue([poisoned, good]);
    const running = loader(queue);
    await until(() => queue.done_.length === 2);
    expect(queue.done_).toEqual([good.seq, poisoned.seq]);
    const kept = path.join(rig.dir, 'quarantine', path.basename(poisoned.path));
    expect(await readFile(kept)).toEqual(content);
    expect(existsSync(kept.replace('.seg', '.frames'))).toBe(true);
    expect(JSON.parse(await readFile(`${kept}.reason.json`, 'utf8'))).toMatchObject({
      token: poisoned.token,
      reason: expect.stringContaining('header_row'),
    });
    expect(running.complaint()).toContain(kept);
    await running.close();
  });

  it('closes while a segment waits for the engine, without marking it done', async () => {
    const segment = await rig.segment([{ lines: lines('kept') }]);
    await rm(segment.framesPath);
    const queue = new ListQueue([segment]);
    const running = loader(queue);
    await sleep(300);
    await running.close();
    expect(queue.done_).toEqual([]);
    expect(existsSync(segment.path)).toBe(true);
  });
});

describe('a store that reads no local files', () => {
  it('gets the same events as the body of a request, once', async () => {
    const header = { defaults: { attributes: { region: 'seoul' } }, timezone: 'Asia/Seoul' };
    const frames = [
      { header, lines: ['{"message":"one","time":"2025-12-10 10:00:00"}', 'two'] },
      { lines: ['{"message":"three"}'] },
    ];
    const [local, sent] = [await rig.segment(frames), await rig.segment(frames)];
    await rig.load(local);
    await rig.loadAsBody(sent);
    await rig.loadAsBody(sent);
    const without = async (segment: Segment) => (await rig.events(segment)).map(({ event_id: _, ...event }) => event);
    expect(await without(sent)).toEqual(await without(local));
    expect(await without(sent)).toHaveLength(3);
  });
});
