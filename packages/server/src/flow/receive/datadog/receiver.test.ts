import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { datadogEventLine, type ForAll } from './entry.ts';

const NOTHING: ForAll = { hostname: undefined, ddsource: undefined, ddtags: undefined };

describeReceiver({
  name: 'datadog',
  path: '/api/v2/logs',
  contentType: 'application/json',
  body: (lines) => JSON.stringify(lines.map((message) => ({ ddsource: 'app', message }))),
  eventLine: (line) => datadogEventLine({ ddsource: 'app', message: line }, NOTHING) ?? '',
  isLines: false,
  acceptedStatus: 202,
  diskFullStatus: 503,
  errorShape: /^\{"errors":\[\{"status":"\d+","title":"[\w ]+","detail":".*"\}\]\}$/,
});

const read = (entry: unknown, forAll: Partial<ForAll> = {}): unknown =>
  JSON.parse(datadogEventLine(entry, { ...NOTHING, ...forAll }) ?? 'null');

describe("an entry of Datadog's intake", () => {
  it('of the agent becomes an event with its tags as fields', () => {
    const entry = {
      message: 'payment failed',
      status: 'error',
      timestamp: 1763712000000,
      hostname: 'web-1',
      service: 'pay',
      ddsource: 'nginx',
      ddtags: 'env:prod,version:1.2, team:pay,team:core,canary,url:http://a:80',
    };
    expect(read(entry)).toEqual({
      timestamp: 1763712000000,
      level: 'error',
      hostname: 'web-1',
      service: 'pay',
      ddsource: 'nginx',
      message: 'payment failed',
      env: 'prod',
      version: '1.2',
      team: ['pay', 'core'],
      ddtags: 'canary',
      url: 'http://a:80',
    });
  });

  it.each([
    [{ message: '{"msg":"paid","level":"warn"}' }, { msg: 'paid', level: 'warn' }],
    [
      { message: 'x', status: 200 },
      { message: 'x', status: 200 },
    ],
    [
      { message: 'x', status: 'ok' },
      { message: 'x', level: 'info' },
    ],
    [
      { message: { a: { b: 1 } }, http: { method: 'GET' } },
      { 'message.a.b': 1, 'http.method': 'GET' },
    ],
    ['text', { message: 'text' }],
    [7, { message: '7' }],
    [{}, null],
  ])('%j becomes %j', (entry, line) => {
    expect(read(entry)).toEqual(line);
  });

  it('takes from the query what it does not say itself', () => {
    expect(read({ message: 'x', hostname: 'own' }, { hostname: 'h', ddsource: 's', ddtags: 'env:prod' })).toEqual({
      message: 'x',
      hostname: 'own',
      ddsource: 's',
      env: 'prod',
    });
  });

  it('gives one line, or nothing, for whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (entry, ddtags) => {
        const line = datadogEventLine(entry, { ...NOTHING, ddtags });
        if (line !== null) expect(JSON.parse(line)).toBeTypeOf('object');
      }),
    );
  });
});

describe('the Datadog receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(under.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

  it('takes the key where Datadog has it: header, path, query', async () => {
    under = await ReceiversUnderTest.start();
    const answers = [
      await post('/api/v2/logs', '[{"message":"a"}]', { 'dd-api-key': INGEST_KEY }),
      await post(`/v1/input/${INGEST_KEY}?ddsource=node&service=pay`, '{"message":"b"}'),
      await post(`/v1/input?dd-api-key=${INGEST_KEY}`, '{"message":"c"}'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 200, 200]);
    expect(await answers[0]?.text()).toBe('{}');
    const stored = await under.stored();
    expect(stored.flatMap(({ lines }) => lines)).toEqual([
      '{"message":"a"}',
      '{"message":"b","ddsource":"node"}',
      '{"message":"c"}',
    ]);
    expect(stored[1]?.header.defaults).toMatchObject({ service: 'pay' });
    expect((await post('/api/v2/logs', '[{"message":"a"}]', { 'dd-api-key': 'wrong' })).status).toBe(403);
    const validate = (key: string) => fetch(`${under.url}/api/v1/validate`, { headers: { 'dd-api-key': key } });
    expect(await (await validate(INGEST_KEY)).json()).toEqual({ valid: true });
    expect((await validate('wrong')).status).toBe(403);
  });

  it('takes text lines, entries behind each other and the empty entry of an agent that tries the connection', async () => {
    under = await ReceiversUnderTest.start();
    const key = { 'dd-api-key': INGEST_KEY };
    await post('/v1/input', 'one ERROR\ntwo\n', { ...key, 'content-type': 'text/plain' });
    await post('/api/v2/logs', '{"message":"a"}{"message":"b"}', key);
    expect((await post('/api/v2/logs', '{}', key)).status).toBe(202);
    expect((await under.lines()).map((line) => JSON.parse(line))).toEqual([
      { message: 'one ERROR', level: 'ERROR' },
      { message: 'two' },
      { message: 'a' },
      { message: 'b' },
    ]);
  });
});
