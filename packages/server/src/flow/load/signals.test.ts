import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Frame } from '#transport';
import { createPreview } from './preview.ts';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

const rows = async (query: string): Promise<Record<string, unknown>[]> =>
  (await rig.store.client.query({ query, format: 'JSONEachRow' })).json<Record<string, unknown>>();
const nanos = (milliseconds: number): string => `${milliseconds}000001`;

describe('lines of other signals', () => {
  const span = `{"time":${nanos(Date.UTC(2026, 10, 20, 11))},"duration_ns":1500,"trace_id":"ab","span_id":"cd","parent_span_id":"ef","name":"GET /","kind":"server","status":"error","status_message":"no","service":"shop","attributes":{"http.status":"500"},"events":"[{}]"}`;
  const metric = `{"time":${nanos(Date.UTC(2026, 10, 20, 11))},"start":1,"name":"cpu","unit":"s","kind":"histogram","value":"1.5","count":3,"min":"-Infinity","bounds":[1,2],"buckets":[1,2,0],"temporality":"delta","is_monotonic":true,"host":"h","attributes":{"core":"0"}}`;

  it('become rows of their tables, beside the log events of the same segment', async () => {
    const segment = await rig.segment([
      { header: { project: 'mixed' }, lines: ['{"message":"one"}'] },
      {
        header: { project: 'mixed', signal: 'spans', defaults: { service: 'other', environment: 'prod' } },
        lines: [span, '{}'],
      },
      { header: { project: 'mixed' }, lines: ['{"message":"two"}', 'three'] },
      { header: { project: 'mixed', signal: 'metrics', source: 'otlp' }, lines: [metric] },
    ]);
    await rig.load(segment, { retention: new Map([['mixed', 7]]) });
    expect((await rig.events(segment)).map(({ message }) => message)).toEqual(['one', 'two', 'three']);
    expect(await rows(`SELECT * FROM spans WHERE project = 'mixed' ORDER BY duration_ns DESC`)).toEqual([
      {
        project: 'mixed',
        timestamp: '2026-11-20 11:00:00.000000001',
        received_at: '2026-11-20 12:00:00.500',
        trace_id: 'ab',
        span_id: 'cd',
        parent_span_id: 'ef',
        trace_state: '',
        name: 'GET /',
        kind: 'server',
        duration_ns: 1500,
        status: 'error',
        status_message: 'no',
        service: 'shop',
        environment: 'prod',
        host: '',
        source: 'test',
        attributes: { 'http.status': '500' },
        events: '[{}]',
        links: '',
        retention_days: 7,
      },
      expect.objectContaining({
        timestamp: '2026-11-20 12:00:00.500000000',
        service: 'other',
        attributes: { 'moalog.timestamp_error': '0' },
      }),
    ]);
    expect(await rows(`SELECT * EXCEPT (received_at) FROM metrics WHERE project = 'mixed'`)).toEqual([
      {
        project: 'mixed',
        timestamp: '2026-11-20 11:00:00.000000001',
        name: 'cpu',
        kind: 'histogram',
        unit: 's',
        value: 1.5,
        count: 3,
        min: null, // JSON has no infinity
        max: null,
        bounds: [1, 2],
        buckets: [1, 2, 0],
        temporality: 'delta',
        is_monotonic: true,
        start: '1970-01-01 00:00:00.000000001',
        service: '',
        environment: '',
        host: 'h',
        source: 'otlp',
        attributes: { core: '0' },
        retention_days: 7,
      },
    ]);
    expect(
      await rows(`SELECT isInfinite(min) AS infinite, isNaN(max) AS missing FROM metrics WHERE project = 'mixed'`),
    ).toEqual([{ infinite: 1, missing: 1 }]);
  });

  it('reach a store on another machine too', async () => {
    const segment = await rig.segment([
      { header: { project: 'remote', signal: 'spans' }, lines: [span] },
      { header: { project: 'remote' }, lines: ['one'] },
      { header: { project: 'remote', signal: 'metrics' }, lines: [metric] },
    ]);
    await rig.loadAsBody(segment);
    for (const table of ['logs', 'spans', 'metrics'])
      expect(await rows(`SELECT toUInt32(count()) AS n FROM ${table} WHERE project = 'remote'`)).toEqual([{ n: 1 }]);
  });

  it('are shown by a preview', async () => {
    const frame = (line: string, more: Partial<Frame>): Frame => ({
      project: 'shown',
      source: 'test',
      receivedAt: rig.receivedAt,
      defaults: {},
      fields: {},
      payload: Buffer.from(`${line}\n`),
      rows: 1,
      ...more,
    });
    const shown = await createPreview(
      rig.store,
      rig.pipelines,
    )([frame(span, { signal: 'spans' }), frame('text', {}), frame(metric, { signal: 'metrics' })]);
    expect(shown).toMatchObject([
      { message: 'text' },
      { name: 'GET /', duration_ns: '1500' },
      { name: 'cpu', buckets: [1, 2, 0] },
    ]);
  });

  it('are there exactly once, whenever the engine is killed during the load', async () => {
    const events = Array.from({ length: 5_000 }, (_, i) => `{"message":"event ${i}"}`);
    const spans = Array.from({ length: 5_000 }, (_, i) => span.replace('1500', String(i)));
    const metrics = Array.from({ length: 5_000 }, (_, i) => metric.replace('"count":3', `"count":${i}`));
    const segment = await rig.segment([
      { header: { project: 'killed', signal: 'spans' }, lines: spans },
      { header: { project: 'killed' }, lines: events },
      { header: { project: 'killed', signal: 'metrics' }, lines: metrics },
    ]);
    for (const killAfterMs of [120, 200, 300, 450]) {
      const load = rig.load(segment).catch(() => undefined);
      await sleep(killAfterMs);
      const pid = rig.engine.pid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await load;
      await rig.answering();
    }
    await rig.load(segment);
    await rig.load(segment);
    const counted = (table: string, id: string) =>
      rows(`SELECT toUInt32(count()) AS n, toUInt32(uniqExact(${id})) AS ids FROM ${table} WHERE project = 'killed'`);
    expect(await counted('logs', 'event_id')).toEqual([{ n: 5_000, ids: 5_000 }]);
    expect(await counted('spans', 'duration_ns')).toEqual([{ n: 5_000, ids: 5_000 }]);
    expect(await counted('metrics', 'count')).toEqual([{ n: 5_000, ids: 5_000 }]);
  });
});
