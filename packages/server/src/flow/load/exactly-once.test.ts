import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

const count = async (table: string, sql: string): Promise<number> => {
  const rows = await rig.store.client.query({
    query: `SELECT toUInt32(${sql}) AS n FROM ${table}`,
    format: 'JSONEachRow',
  });
  return (await rows.json<{ n: number }>())[0]?.n ?? 0;
};

describe('loading a segment again', () => {
  it('inserts nothing, into the rollup neither', async () => {
    const lines = Array.from({ length: 500 }, (_, i) =>
      JSON.stringify({
        message: `m${i}`,
        time: `2026-11-${String((i % 20) + 1).padStart(2, '0')}T10:00:00Z`,
        level: 'info',
      }),
    );
    const segment = await rig.segment([
      { header: { project: 'twice' }, lines: lines.slice(0, 100) },
      { header: { project: 'twice' }, lines: lines.slice(100) },
    ]);
    await rig.load(segment);
    await rig.load(segment);
    expect(await rig.events(segment)).toHaveLength(500);
    expect(await count("logs_10s WHERE project = 'twice'", 'sum(events)')).toBe(500);
  });

  it('completes a load during which the engine was killed', async () => {
    const lines = Array.from({ length: 20_000 }, (_, i) =>
      JSON.stringify({ message: `event number ${i}`, level: 'info', n: i }),
    );
    const segment = await rig.segment([{ header: { project: 'killed' }, lines }]);
    for (const killAfterMs of [120, 250, 400]) {
      const load = rig.load(segment).catch(() => undefined);
      await sleep(killAfterMs);
      const pid = rig.engine.pid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await load;
      await rig.answering();
    }
    await rig.load(segment);
    await rig.load(segment);
    expect(await count("logs WHERE project = 'killed'", 'count()')).toBe(20_000);
    expect(await count("logs WHERE project = 'killed'", 'uniqExact(event_id)')).toBe(20_000);
    expect(await count("logs_10s WHERE project = 'killed'", 'sum(events)')).toBe(20_000);
  });
});

describe('a segment', () => {
  it('may hold thousands of frames of one line each', async () => {
    const frames = Array.from({ length: 3_000 }, (_, i) => ({
      header: { project: `p${i % 7}`, defaults: { host: `h${i}` } },
      lines: [`{"message":"m${i}"}`],
    }));
    const segment = await rig.segment(frames);
    await rig.load(segment);
    const events = await rig.events(segment);
    expect(events.map((event) => [event.project, event.host, event.message])).toEqual(
      frames.map((_, i) => [`p${i % 7}`, `h${i}`, `m${i}`]),
    );
    expect(BigInt(events[10]?.event_id ?? 0)).toBe(segment.firstEventId + 21n);
  });

  it('keeps events as long as their project says, others as the installation says', async () => {
    const segment = await rig.segment([
      { header: { project: 'short' }, lines: ['a'] },
      { header: { project: 'long' }, lines: ['b'] },
      { header: { project: 'other' }, lines: ['c'] },
    ]);
    await rig.load(segment, {
      retention: new Map([
        ['short', 1],
        ['long', 400],
      ]),
    });
    const days = (await rig.events(segment)).map((event) => event.retention_days);
    expect(days).toEqual([1, 400, 30]);
  });

  it('may hold events of a thousand days', async () => {
    const lines = Array.from({ length: 1_000 }, (_, i) =>
      JSON.stringify({ time: i * 20 * 86_400, message: String(i) }),
    );
    const events = await rig.loadLines(lines, { project: 'days' });
    expect(events.map((event) => event.message)).toEqual(lines.map((_, i) => String(i)));
  });

  it('becomes exactly one event a line, whatever the bytes', async () => {
    const bytes = fc
      .uint8Array({ minLength: 1, maxLength: 60 })
      .map((array) => Buffer.from(array.map((byte) => (byte === 10 ? 11 : byte))));
    const json = fc.json({ maxDepth: 5 }).map((text) => Buffer.from(text));
    const known = fc.constantFrom('time', 'level', 'message', 'service', 'trace_id', 'x', 'host');
    const document = fc
      .dictionary(
        known,
        fc.oneof(
          fc.jsonValue({ maxDepth: 3 }),
          fc.double(),
          fc.bigInt().map(String),
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
      )
      .map((value) => Buffer.from(JSON.stringify(value)));
    const cut = document.map((line) => line.subarray(0, Math.max(1, line.length - 3)));
    const digits = fc
      .stringMatching(/^\{"time":-?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?,"x":-?[0-9]{1,40}\}$/)
      .map((line) => Buffer.from(line));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(bytes, json, document, cut, digits), { minLength: 1, maxLength: 400 }),
        async (lines) => {
          const segment = await rig.segment([
            { header: { timezone: 'Asia/Seoul', fields: { time: ['time'] } }, lines },
          ]);
          await rig.load(segment);
          const events = await rig.events(segment);
          expect(events.map((event) => Number(BigInt(event.event_id) - segment.firstEventId))).toEqual(
            lines.map((_, i) => i + 1),
          );
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);
});

describe('real logs', () => {
  const LOGHUB = new URL('../../../../../../shared/data/loghub/', import.meta.url);
  const files = ['Apache', 'HDFS', 'Hadoop', 'Linux', 'OpenSSH', 'Spark', 'Windows', 'Zookeeper'];
  it.each(files)('keep all 2,000 lines of %s with time and level', async (name) => {
    const text = await readFile(new URL(`${name}_2k.log`, LOGHUB), 'utf8').catch(() => null);
    if (text === null) return;
    const lines = text.split('\n').filter((line) => line !== '' && line !== '\r');
    const events = await rig.loadLines(lines, { source: name });
    expect(events.map((event) => event.message)).toEqual(lines.map((line) => line.replace(/\r$/, '')));
    const arrival = '2026-11-20 12:00:00.500000000';
    expect(events.filter((event) => event.timestamp !== arrival).length).toBe(2_000);
    if (!['Linux', 'OpenSSH'].includes(name))
      expect(events.filter((event) => event.level !== '').length).toBeGreaterThan(1_990);
  });
});
