import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { readFirehose } from './records.ts';

const base64 = (content: string | Buffer): string => Buffer.from(content).toString('base64');
const request = (...records: readonly (string | Buffer)[]): string =>
  JSON.stringify({
    requestId: 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f',
    timestamp: 1578090901599,
    records: records.map((content) => ({ data: base64(content) })),
  });

describeReceiver({
  name: 'aws-firehose',
  path: '/aws/firehose',
  contentType: 'application/json',
  body: (lines) => request(...lines),
  isLines: false,
  acceptedStatus: 200,
  diskFullStatus: 503,
  errorShape: /^\{"requestId":".*","timestamp":\d{13},"errorMessage":"[^"]/,
});

/** The form of a CloudWatch Logs subscription, from AWS's documentation ("Real-time processing of log data with subscriptions"). */
const SUBSCRIPTION = {
  owner: '111111111111',
  logGroup: '/aws/lambda/checkout',
  logStream: '2026/11/21/[$LATEST]abcdef',
  subscriptionFilters: ['to-moalog'],
  messageType: 'DATA_MESSAGE',
  logEvents: [
    {
      id: '31953106606966983378809025079804211143289615424298221568',
      timestamp: 1432826855000,
      message: '{"msg":"paid","level":"warn"}',
    },
    {
      id: '31953106606966983378809025079804211143289615424298221569',
      timestamp: 1432826855001,
      message: '2015-05-28T15:27:35Z\tid\tERROR\tcard refused\n',
    },
  ],
};
const CONTROL = {
  ...SUBSCRIPTION,
  messageType: 'CONTROL_MESSAGE',
  logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE: Checking health of destination Firehose.' }],
};

describe('the Firehose receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const read = async (): Promise<unknown[]> => (await under.lines()).map((line) => JSON.parse(line));
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${under.url}/aws/firehose`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-amz-firehose-access-key': INGEST_KEY, ...headers },
    });

  it('answers with the id of the request, and takes one that comes again once', async () => {
    under = await ReceiversUnderTest.start();
    const headers = {
      'x-amz-firehose-request-id': 'ed4acda5-034f-9f42-bba1-f29aea6d7d8f',
      'x-amz-firehose-protocol-version': '1.0',
    };
    for (let attempt = 0; attempt < 2; attempt++) {
      const response = await post(request('{"a":1}\n{"a":2}\n', 'text'), headers);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(await response.json()).toEqual({
        requestId: headers['x-amz-firehose-request-id'],
        timestamp: expect.any(Number),
      });
    }
    expect(await under.lines()).toEqual(['{"a":1}', '{"a":2}', 'text']);
    const refused = await post('{}', headers);
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { requestId: headers['x-amz-firehose-request-id'] },
    ]);
    expect((await post(request('x'), { 'x-amz-firehose-access-key': 'wrong' })).status).toBe(401);
  });

  it('unfolds what CloudWatch Logs sends, and leaves its control messages out', async () => {
    under = await ReceiversUnderTest.start();
    await post(request(gzipSync(JSON.stringify(SUBSCRIPTION)), gzipSync(JSON.stringify(CONTROL))));
    const from = {
      'aws.log_group': '/aws/lambda/checkout',
      'aws.log_stream': '2026/11/21/[$LATEST]abcdef',
      'cloud.account.id': '111111111111',
      service: 'checkout',
    };
    expect(await read()).toEqual([
      {
        ...from,
        timestamp: 1432826855000,
        'aws.log_event_id': SUBSCRIPTION.logEvents[0]?.id,
        msg: 'paid',
        level: 'warn',
      },
      {
        ...from,
        timestamp: 1432826855001,
        'aws.log_event_id': SUBSCRIPTION.logEvents[1]?.id,
        level: 'ERROR',
        message: '2015-05-28T15:27:35Z\tid\tERROR\tcard refused\n',
      },
    ]);
    const control = await post(request(gzipSync(JSON.stringify(CONTROL))));
    expect([control.status, await under.lines()]).toEqual([200, []]);
  });

  it("gives what the stream's owner says to all events", async () => {
    under = await ReceiversUnderTest.start();
    await post(request('x'), {
      'x-amz-firehose-common-attributes': '{"commonAttributes":{"environment":"prod","team":"pay"}}',
      'x-amz-firehose-source-arn': 'arn:aws:firehose:ap-northeast-2:111111111111:deliverystream/logs',
    });
    expect((await under.stored())[0]?.header.defaults).toEqual({
      environment: 'prod',
      attributes: {
        team: 'pay',
        'aws.firehose.arn': 'arn:aws:firehose:ap-northeast-2:111111111111:deliverystream/logs',
        'cloud.region': 'ap-northeast-2',
      },
    });
  });

  it('keeps a broken record as text and loses nothing beside it', async () => {
    under = await ReceiversUnderTest.start();
    const torn = gzipSync(JSON.stringify(SUBSCRIPTION)).subarray(0, 40);
    const body = JSON.stringify({
      records: [{ data: base64('a') }, { data: base64(torn) }, {}, 7, { data: base64('b') }],
    });
    expect((await post(body)).status).toBe(200);
    expect(await under.lines()).toEqual([
      'a',
      JSON.stringify({ message: base64(torn), 'aws.firehose.error': 'the record is broken gzip' }),
      '{"message":"{}"}',
      '{"message":"7"}',
      'b',
    ]);
  });

  it('answers 413 to records that unfold without end', async () => {
    under = await ReceiversUnderTest.start();
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    const response = await post(request(bomb));
    expect([response.status, await response.json()]).toMatchObject([
      413,
      { errorMessage: expect.stringContaining('unfold') },
    ]);
    expect(await under.lines()).toEqual([]);
  }, 20_000);

  it('never crashes on a record', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array()), fc.jsonValue(), async (contents, event) => {
        const subscription = { ...SUBSCRIPTION, logEvents: [event, event] };
        const folded = gzipSync(JSON.stringify(subscription));
        const records = [...contents, folded, folded.subarray(0, -5)].map((content) => ({
          data: base64(Buffer.from(content)),
        }));
        const { lines } = await readFirehose(Buffer.from(JSON.stringify({ records })));
        expect(lines.rows).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: 50 },
    );
  });
});
