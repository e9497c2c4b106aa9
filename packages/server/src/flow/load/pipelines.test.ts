import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Pipeline, pipelineOf, readDefinitionText } from '#pipeline';
import { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

const pipeline = (version: string, text: string): Pipeline => pipelineOf(version, readDefinitionText(text));
const GROK = `processors: [{type: grok, pattern: '%{WORD:verb} %{INT:n}'}, {type: drop, when: 'n:3'}]`;
const numbers = (word: string, n: number): string[] => Array.from({ length: n }, (_, i) => `${word} ${i}`);

describe('a segment with lines of several projects', () => {
  const frames = [
    { header: { project: 'plain' }, lines: numbers('plain', 5) },
    { header: { project: 'one' }, lines: numbers('one', 5) },
    { header: { project: 'two' }, lines: numbers('two', 5) },
    { header: { project: 'one' }, lines: numbers('again', 2) },
  ];
  const pipelines = new Map([
    ['one', pipeline('7', GROK)],
    ['two', pipeline('2', 'keep_raw: true\nprocessors: [{type: set, fields: {message: "<{message}>"}}]')],
    ['elsewhere', pipeline('1', GROK)],
  ]);
  const expected = [
    ...numbers('plain', 5).map((message) => ['plain', message, {}]),
    ...[0, 1, 2, 4].map((n) => ['one', `one ${n}`, { verb: 'one', n: String(n), 'moalog.pipeline': '7' }]),
    ...numbers('two', 5).map((line) => ['two', `<${line}>`, { 'moalog.pipeline': '2', 'moalog.raw': line }]),
    ...numbers('again', 2).map((line) => ['one', line, { verb: 'again', n: line.slice(-1), 'moalog.pipeline': '7' }]),
  ];

  it.each(['load', 'loadAsBody'] as const)('goes through the pipeline of each, once, with %s', async (load) => {
    rig.usePipelines(pipelines);
    const segment = await rig.segment(frames);
    await rig[load](segment);
    await rig[load](segment);
    const events = await rig.events(segment);
    expect(events.map(({ project, message, attributes }) => [project, message, attributes])).toEqual(expected);
    expect(new Set(events.map((event) => event.event_id)).size).toBe(events.length);
  });

  it('that was loaded in part before a crash is completed, and nothing is there twice', async () => {
    const segment = await rig.segment(frames);
    rig.usePipelines(new Map([...pipelines, ['two', brokenPipeline()]]));
    await expect(rig.load(segment)).rejects.toThrow();
    expect((await rig.events(segment)).length).toBeGreaterThan(0);
    rig.usePipelines(pipelines);
    await rig.load(segment);
    expect((await rig.events(segment)).map(({ project, message }) => [project, message])).toEqual(
      expected.map(([project, message]) => [project, message]),
    );
  });

  it('whose pipeline the store refuses again and again is stored without it, and says so', async () => {
    const segment = await rig.segment([{ header: { project: 'one' }, lines: ['one 1'] }]);
    rig.usePipelines(new Map([['one', brokenPipeline()]]));
    await rig.load(segment, { isRefused: true });
    const [event] = await rig.events(segment);
    expect(event?.message).toBe('one 1');
    expect(event?.attributes).toEqual({
      'moalog.errors': '[{"processor":"pipeline","reason":"the store refuses it"}]',
      'moalog.pipeline': '9',
    });
    rig.usePipelines(new Map([['one', pipeline('7', GROK)]]));
    await rig.load(segment);
    expect(await rig.events(segment)).toHaveLength(1);
  });
});

/** One that was never checked by the store. */
const brokenPipeline = (): Pipeline => pipeline('9', `processors: [{type: regex, pattern: '(?<a>x)(?!y)'}]`);
