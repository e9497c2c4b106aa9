import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hecEventLine } from './event.ts';

const read = (envelope: object): unknown => JSON.parse(hecEventLine(JSON.stringify(envelope)));

describe("an event in Splunk's envelope", () => {
  it.each([
    [
      'text',
      { event: 'ERROR card refused', time: 1433188255.253 },
      { timestamp: 1433188255.253, message: 'ERROR card refused', level: 'ERROR' },
    ],
    [
      'text that is JSON',
      { event: '{"msg":"paid","order":{"id":7}}', host: 'web-1' },
      { host: 'web-1', msg: 'paid', 'order.id': 7 },
    ],
    [
      'an object',
      {
        event: { message: 'paid', severity: 'info', a: { b: [1] } },
        source: '/var/log/x',
        sourcetype: '_json',
        index: 'main',
      },
      {
        'splunk.source': '/var/log/x',
        'splunk.sourcetype': '_json',
        'splunk.index': 'main',
        message: 'paid',
        severity: 'info',
        'a.b': [1],
      },
    ],
    [
      'what splunk-logging makes of an object',
      { event: { message: { msg: 'paid', order: 7 }, severity: 'warning' } },
      { msg: 'paid', order: 7, severity: 'warning' },
    ],
    [
      'what the Docker driver makes of a line',
      { event: { line: '{"msg":"up"}', source: 'stdout', tag: 'f00d' }, time: '1433188255.253', host: 'node-1' },
      { timestamp: '1433188255.253', host: 'node-1', msg: 'up', source: 'stdout', tag: 'f00d' },
    ],
    [
      'fields beside it',
      { event: 'x', fields: { env: 'prod', club: ['a', 'b'] } },
      { message: 'x', env: 'prod', club: ['a', 'b'] },
    ],
    ['a number', { event: 42 }, { message: '42' }],
    ['an array', { event: [1, { a: 2 }] }, { message: '[1,{"a":2}]' }],
    [
      'a metric',
      { event: 'metric', fields: { 'metric_name:cpu': 0.5 }, time: null },
      { message: 'metric', 'metric_name:cpu': 0.5 },
    ],
    ['a time of its own, which is weaker', { event: { time: 'x', m: 1 }, time: 1 }, { timestamp: 1, time: 'x', m: 1 }],
    ['a key of the envelope that Splunk does not know', { event: 'x', team: 'pay' }, { message: 'x', team: 'pay' }],
  ])('may be %s', (_what, envelope, line) => {
    expect(read(envelope)).toEqual(line);
  });

  it.each(['{"a":1}', '{"event":"torn', 'text', '[1]', `{"event":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`])(
    'stays as it came when it is none: %.20s',
    (text) => expect(hecEventLine(text)).toBe(text),
  );

  it('gives one line for whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (event, fields, time) => {
        const text = JSON.stringify({ event, fields, time });
        const line = hecEventLine(text);
        expect(line).not.toContain('\n');
        expect(JSON.parse(line)).toBeTypeOf('object');
        expect(hecEventLine(text.slice(0, -1))).toBe(text.slice(0, -1));
      }),
    );
  });
});
