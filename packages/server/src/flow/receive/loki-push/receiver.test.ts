import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { ReceiversUnderTest } from '../receivers-under-test.ts';
import { readLabels } from './labels.ts';
import { linesOfJson } from './push-json.ts';
import { linesOfProtobuf } from './push-protobuf.ts';
import { StreamLines } from './stream-line.ts';

const TIME = '1763712000123456789';
const JSON_TYPE = { 'content-type': 'application/json' };

/** Protobuf by hand: a field of a number, or of text or a message. */
function field(number: number, value: bigint | string | Buffer): Buffer {
  if (typeof value === 'bigint') return Buffer.concat([varint(BigInt(number * 8)), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(BigInt(number * 8 + 2)), varint(BigInt(bytes.length)), bytes]);
}
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}
/** Snappy's block format with literals alone. */
function snappy(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length - 1);
  return Buffer.concat([varint(BigInt(bytes.length)), Buffer.of(0xfc), length, bytes]);
}
const entry = (line: string, metadata: readonly Buffer[] = []): Buffer =>
  Buffer.concat([
    field(1, Buffer.concat([field(1, 1_763_712_000n), field(2, 123_456_789n)])),
    field(2, line),
    ...metadata.map((pair) => field(3, pair)),
  ]);
const push = (labels: string, entries: readonly Buffer[]): Buffer =>
  field(1, Buffer.concat([field(1, labels), ...entries.map((one) => field(2, one)), field(3, 7n)]));

describeReceiver({
  name: 'loki-push',
  path: '/loki/api/v1/push',
  contentType: 'application/json',
  body: (lines) =>
    JSON.stringify({ streams: [{ stream: { app: 'shop' }, values: lines.map((line) => [TIME, line]) }] }),
  eventLine: (line) => new StreamLines({ app: 'shop' }).line(TIME, line, null),
  isLines: false,
  acceptedStatus: 204,
  diskFullStatus: 507,
  errorShape: /^[^{]+\n$/,
});

describeReceiver({
  name: 'loki-push',
  path: '/loki/api/v1/push',
  contentType: 'application/x-protobuf',
  body: (lines) =>
    snappy(
      push(
        '{app="shop"}',
        lines.map((line) => entry(line)),
      ),
    ),
  eventLine: (line) => new StreamLines({ app: 'shop' }).line(TIME, line, null),
  isLines: false,
  acceptedStatus: 204,
  diskFullStatus: 507,
  errorShape: /^[^{]+\n$/,
});

const read = (line: string): unknown => JSON.parse(line);

describe('a line of a stream', () => {
  it('carries labels, then metadata, then its own fields', () => {
    const stream = new StreamLines({ app: 'shop', level: 'warn', pod: 'shop-1' });
    expect(read(stream.line(TIME, '{"msg":"paid","level":"info","order":{"id":7}}', { traceID: 'ab12' }))).toEqual({
      timestamp: TIME,
      app: 'shop',
      level: 'warn',
      pod: 'shop-1',
      traceID: 'ab12',
      msg: 'paid',
      level_extracted: 'info',
      'order.id': 7,
    });
  });

  it('takes service, host, environment and level from what Loki calls them', () => {
    const labels = { job: 'shop/api', container: 'api', instance: 'web-1', deployment_environment: 'prod' };
    expect(read(new StreamLines(labels).line(TIME, 'GET /pay', { detected_level: 'error' }))).toEqual({
      timestamp: TIME,
      ...labels,
      detected_level: 'error',
      level: 'error',
      message: 'GET /pay',
      service: 'api',
      host: 'web-1',
      environment: 'prod',
    });
    expect(read(new StreamLines(labels).line(TIME, '{"service":"own","host":"h","env":"e"}', null))).not.toHaveProperty(
      'environment',
    );
  });

  it.each([
    ['{app="shop", env="prod"}', { app: 'shop', env: 'prod' }],
    ['{filename="C:\\\\logs\\\\a \\"b\\".log",n="a\\nb\\u00e9"}', { filename: 'C:\\logs\\a "b".log', n: 'a\nbé' }],
    ['{a=`raw \\n`}', { a: 'raw \\n' }],
    ['{}', {}],
    ['broken', { labels: 'broken' }],
  ])('has the labels of %s', (text, labels) => {
    expect(readLabels(text)).toEqual(labels);
  });
});

describe('the Loki receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());

  it('keeps what has another shape as text, and loses nothing beside it', async () => {
    under = await ReceiversUnderTest.start();
    const streams = [{ stream: { app: 'a' }, values: [[TIME, 'one'], 'two', [TIME, { x: 1 }], []] }, 7, { stream: {} }];
    const response = await under.post('/loki/api/v1/push', JSON.stringify({ streams }), JSON_TYPE);
    expect(response.status).toBe(204);
    expect((await under.lines()).map(read)).toMatchObject([
      { message: 'one', app: 'a' },
      { message: '"two"' },
      { x: 1, app: 'a' },
      { message: 'null' },
      { message: '7' },
      { message: '{"stream":{}}' },
    ]);
    for (const body of ['{"streams":', '{}', '[]', 'text'])
      expect((await under.post('/loki/api/v1/push', body, JSON_TYPE)).status).toBe(400);
  });

  it('refuses what is nested too deeply to be written again', async () => {
    under = await ReceiversUnderTest.start();
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const response = await under.post('/loki/api/v1/push', `{"streams":[{"values":[["1",${deep}]]}]}`, JSON_TYPE);
    expect([response.status, await response.text()]).toEqual([400, 'The body is nested too deeply.\n']);
  });

  it('takes the tenant for the project where there is one, and keeps its name otherwise', async () => {
    under = await ReceiversUnderTest.start();
    const body = JSON.stringify({ streams: [{ stream: {}, values: [[TIME, 'x']] }] });
    for (const tenant of ['shop', 'team-7'])
      await under.post('/loki/api/v1/push', body, { ...JSON_TYPE, 'x-scope-orgid': tenant });
    await under.post('/loki/api/v1/push', body, {
      ...JSON_TYPE,
      'x-scope-orgid': 'team-7',
      'x-moalog-project': 'shop',
    });
    const headers = (await under.stored()).map(({ header }) => [header.project, header.defaults.attributes]);
    expect(headers).toEqual([
      ['shop', undefined],
      ['default', { 'loki.tenant': 'team-7' }],
      ['shop', { 'loki.tenant': 'team-7' }],
    ]);
  });

  it('is told to come again when what labels make of bodies takes too much memory at once', async () => {
    under = await ReceiversUnderTest.start({ maxBodyBytes: 1024 * 1024 });
    const values = Array.from({ length: 5_000 }, () => [TIME, 'x']);
    const body = JSON.stringify({ streams: [{ stream: { label: 'y'.repeat(2_000) }, values }] });
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => under.post('/loki/api/v1/push', body, JSON_TYPE)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(204);
    expect(statuses).toContain(429);
    expect(await under.lines()).toHaveLength(5_000 * statuses.filter((status) => status === 204).length);
  });

  it('reads structured metadata of protobuf, and is ready for agents that ask', async () => {
    under = await ReceiversUnderTest.start();
    const metadata = [Buffer.concat([field(1, 'trace_id'), field(2, 'ab12')])];
    const body = snappy(
      Buffer.concat([push('{app="a"}', [entry('one', metadata)]), push('{app="b"}', [entry('two')])]),
    );
    expect((await under.post('/loki/api/v1/push', body, { 'content-type': 'application/x-protobuf' })).status).toBe(
      204,
    );
    expect((await under.lines()).map(read)).toEqual([
      { timestamp: TIME, app: 'a', trace_id: 'ab12', message: 'one' },
      { timestamp: TIME, app: 'b', message: 'two' },
    ]);
    expect(await (await fetch(`${under.url}/ready`)).text()).toBe('ready\n');
  });
});

describe('bodies that nobody sends on purpose', () => {
  const whole = push('{app="a", b="c"}', [entry('one'), entry('two')]);
  const orError = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      expect(error).toMatchObject({ code: 'invalid_body' });
    }
  };

  it('are refused or read, and never crash: protobuf', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => orError(linesOfProtobuf(Buffer.from(bytes)))),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const mutated = Buffer.from(whole);
        mutated[at] = byte;
        await orError(linesOfProtobuf(mutated));
        await orError(linesOfProtobuf(whole.subarray(0, at)));
      }),
    );
  });

  it('are refused or read, and never crash: JSON that is cut or changed', async () => {
    const whole = Buffer.from(
      JSON.stringify({
        streams: [
          {
            stream: { a: 'b' },
            values: [
              [TIME, 'x', { c: 'd' }],
              [TIME, '{"y":1}'],
            ],
          },
        ],
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const mutated = Buffer.from(whole);
        mutated[at] = byte;
        await orError(linesOfJson(mutated));
        await expect(linesOfJson(whole.subarray(0, at))).rejects.toMatchObject({ code: 'invalid_body' });
      }),
    );
  });

  it('are refused or read, and never crash: JSON', async () => {
    await fc.assert(fc.asyncProperty(fc.json(), (text) => orError(linesOfJson(Buffer.from(text)))));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), async (values, stream) => {
        const lines = await linesOfJson(
          Buffer.from(
            JSON.stringify({
              streams: [
                { stream, values },
                { values, stream },
              ],
            }),
          ),
        );
        expect(lines.rows).toBe(2 * values.length);
      }),
    );
  });
});
