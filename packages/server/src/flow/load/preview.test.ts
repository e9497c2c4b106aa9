import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pipelineOf, readDefinitionText } from '#pipeline';
import type { Frame } from '#transport';
import { createPreview } from './preview.ts';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

const frame = (lines: readonly string[], header: Partial<Frame> = {}): Frame => ({
  project: 'default',
  source: 'test',
  receivedAt: rig.receivedAt,
  defaults: {},
  fields: {},
  ...header,
  payload: Buffer.from(lines.map((line) => `${line}\n`).join('')),
  rows: lines.length,
});

describe('a preview', () => {
  it('is what loading makes of the same lines, and stores nothing', async () => {
    const header = {
      defaults: { service: '주문', attributes: { added: "it's\t\\ {x:String}" } },
      fields: { time: ['when'] },
      timezone: 'Asia/Seoul',
    };
    const lines = [
      '{"when":"2026-11-20 10:00:00","level":"warn","message":"결제 실패\\n\\tdeep","a":{"b":1},"list":[1,2]}',
      `2026-11-20T01:02:03Z ERROR it's text with a \\ and 'quotes' {lines:String}`,
      '{"broken": ',
    ];
    const preview = createPreview(rig.store, rig.pipelines);
    const shown = await preview([frame(lines.slice(0, 1), header), frame(lines.slice(1), header)]);
    expect(
      await (await rig.store.client.query({ query: 'SELECT count() FROM logs', format: 'TabSeparated' })).text(),
    ).toBe('0\n');
    const loaded = await rig.loadLines(lines, header);
    const asIso = (time: string) => `${time.replace(' ', 'T')}Z`;
    expect(shown).toEqual(
      loaded.map(({ event_id: _, ...event }) => ({
        ...event,
        timestamp: asIso(event.timestamp),
        received_at: asIso(event.received_at),
      })),
    );
    expect(shown.map((event) => event.level)).toEqual(['warn', 'error', '']);
  });

  it('shows each frame under its own project, however many there are', async () => {
    const frames = Array.from({ length: 40 }, (_, i) => frame([`{"message":"m${i}"}`], { project: `p${i}` }));
    const shown = await createPreview(rig.store, rig.pipelines)(frames);
    expect(shown.map((event) => [event.project, event.message])).toEqual(frames.map((_, i) => [`p${i}`, `m${i}`]));
  });

  it('shows what pipelines make of it', async () => {
    const text = `processors: [{type: regex, pattern: '^(?<n>[0-9]+)'}, {type: drop, when: 'n:2'}]`;
    rig.usePipelines(new Map([['piped', pipelineOf('4', readDefinitionText(text))]]));
    const shown = await createPreview(
      rig.store,
      rig.pipelines,
    )([frame(['1 a', '2 b', 'c'], { project: 'piped' }), frame(['1 plain'], { project: 'other' })]);
    expect(shown.map(({ message, attributes }) => [message, attributes])).toEqual([
      ['1 a', { n: '1', 'moalog.pipeline': '4' }],
      [
        'c',
        { 'moalog.errors': '[{"processor":"1 regex","reason":"the pattern does not match"}]', 'moalog.pipeline': '4' },
      ],
      ['1 plain', {}],
    ]);
    rig.usePipelines(new Map());
  });

  it('takes 200,000 bytes of Korean', async () => {
    const line = JSON.stringify({ message: '가'.repeat(66_000) });
    const [event] = await createPreview(rig.store, rig.pipelines)([frame([line])]);
    expect(event?.message).toBe('가'.repeat(66_000));
  });
});
