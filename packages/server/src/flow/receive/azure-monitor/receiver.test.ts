import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { azureEventLine } from './record.ts';

describeReceiver({
  name: 'azure-monitor',
  path: '/azure/monitor',
  contentType: 'application/json',
  body: (lines) => JSON.stringify({ records: lines.map((message) => ({ category: 'app', message })) }),
  eventLine: (message) => azureEventLine({ category: 'app', message }),
  isLines: false,
  acceptedStatus: 200,
  diskFullStatus: 503,
  errorShape: /^\{"error":\{"code":"\w+","message":"[^"]/,
});

const RESOURCE = '/SUBSCRIPTIONS/1234/RESOURCEGROUPS/SHOP-RG/PROVIDERS/MICROSOFT.WEB/SITES/CHECKOUT';
const read = (record: unknown): unknown => JSON.parse(azureEventLine(record));
const FROM = {
  'azure.resource_id': RESOURCE,
  'azure.subscription_id': '1234',
  'azure.resource_group': 'shop-rg',
  service: 'checkout',
};

describe('a record of Azure', () => {
  it('of a resource log becomes an event', () => {
    const record = {
      time: '2026-11-21T08:00:00.1234567Z',
      resourceId: RESOURCE,
      category: 'AppServiceConsoleLogs',
      operationName: 'Microsoft.Web/sites/log',
      level: 'Error',
      location: 'koreacentral',
      properties: { message: 'card refused', order: { id: 7 } },
    };
    expect(read(record)).toEqual({
      timestamp: '2026-11-21T08:00:00.1234567Z',
      level: 'Error',
      message: 'card refused',
      category: 'AppServiceConsoleLogs',
      operationName: 'Microsoft.Web/sites/log',
      location: 'koreacentral',
      'properties.order.id': 7,
      ...FROM,
    });
  });

  it('of the activity log says what was done', () => {
    const record = {
      time: 't',
      resourceId: RESOURCE,
      operationName: 'MICROSOFT.WEB/SITES/RESTART/ACTION',
      resultType: 'Success',
      level: 4,
      properties: '{"statusCode":"OK"}',
    };
    expect(read(record)).toMatchObject({
      level: 'informational',
      message: 'MICROSOFT.WEB/SITES/RESTART/ACTION Success',
      'properties.statusCode': 'OK',
    });
  });

  it('of Application Insights and of a container', () => {
    expect(read({ time: 't', type: 'AppTraces', Message: 'slow', SeverityLevel: 2, OperationId: 'x' })).toMatchObject({
      level: 'warning',
      message: 'slow',
      OperationId: 'x',
    });
    expect(read({ properties: { log: '{"msg":"up","level":"debug"}', pod: 'shop-1' } })).toEqual({
      msg: 'up',
      level: 'debug',
      'properties.pod': 'shop-1',
    });
  });

  it.each([
    ['text', { message: 'text' }],
    [7, { message: '7' }],
    [{}, {}],
    [{ properties: 'text' }, { properties: 'text' }],
  ])('that is %j is kept', (record, line) => expect(read(record)).toEqual(line));

  it('gives one line for whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (properties, level, resourceId) => {
        expect(read({ properties, level, resourceId, time: level })).toBeTypeOf('object');
        expect(read(properties)).toBeTypeOf('object');
      }),
    );
  });
});

describe('the Azure receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const address = (key = INGEST_KEY) => `${under.url}/azure/monitor?key=${key}`;
  const post = (body: string, key?: string) => fetch(address(key), { method: 'POST', body });

  it('takes records, arrays and lines of them, and what is none as text', async () => {
    under = await ReceiversUnderTest.start();
    await post('{"records":[{"Message":"a"},{"Message":"b"}]}\n{"records":[{"Message":"c"}]}');
    await post('[{"records":[{"Message":"d"}]},{"Message":"e"}]');
    await post('broken {');
    expect((await under.lines()).map((line) => JSON.parse(line).message)).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
      'broken {',
    ]);
    expect((await post('{}', 'wrong')).status).toBe(401);
  });

  it('answers who asks before sending: Event Grid by its code, CloudEvents by its origin', async () => {
    under = await ReceiversUnderTest.start();
    const asked = [
      {
        id: '1',
        eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent',
        subject: '',
        data: { validationCode: '512d38b6' },
        eventTime: '2026-11-21T08:00:00Z',
      },
    ];
    expect(await (await post(JSON.stringify(asked))).json()).toEqual({ validationResponse: '512d38b6' });
    expect(await under.lines()).toEqual([]);
    const options = await fetch(address(), {
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
    });
    expect([options.status, options.headers.get('webhook-allowed-origin')]).toEqual([200, 'eventgrid.azure.net']);
    expect((await fetch(address('wrong'), { method: 'OPTIONS' })).status).toBe(401);
    await post(
      JSON.stringify([
        {
          id: '2',
          eventType: 'Microsoft.Storage.BlobCreated',
          subject: '/blobs/a',
          eventTime: '2026-11-21T08:00:00Z',
          data: { api: 'PutBlob' },
        },
      ]),
    );
    expect((await under.lines()).map((line) => JSON.parse(line))).toMatchObject([
      { timestamp: '2026-11-21T08:00:00Z', message: 'Microsoft.Storage.BlobCreated /blobs/a', 'data.api': 'PutBlob' },
    ]);
  });
});
