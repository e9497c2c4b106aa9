import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { Body } from '../intake/index.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { logEntryLine } from './log-entry.ts';
import { readPush } from './push.ts';

const push = (data: string, more: object = {}): string =>
  JSON.stringify({
    message: { data: Buffer.from(data).toString('base64'), publishTime: '2026-11-21T08:00:00.123Z', ...more },
    subscription: 'projects/myproject/subscriptions/mysubscription',
  });

describeReceiver({
  name: 'gcp-pubsub',
  path: '/gcp/pubsub',
  contentType: 'application/json',
  body: (lines) => push(lines.map((line) => `${line}\n`).join('')),
  isLines: false,
  acceptedStatus: 204,
  diskFullStatus: 507,
  errorShape: /^\{"error":\{"code":\d+,"status":"\w+","message":"[^"]/,
});

/** Entries in the forms of Cloud Logging's documentation (LogEntry, HttpRequest, audit logs). */
const ENTRY = {
  insertId: '42',
  logName: 'projects/my-project/logs/run.googleapis.com%2Fstdout',
  receiveTimestamp: '2026-11-21T08:00:00.5Z',
  timestamp: '2026-11-21T08:00:00.123456789Z',
  severity: 'ERROR',
  trace: 'projects/my-project/traces/4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  resource: { type: 'cloud_run_revision', labels: { service_name: 'checkout', location: 'asia-northeast3' } },
  labels: { instanceId: 'abc' },
};
const COMMON = {
  timestamp: ENTRY.timestamp,
  severity: 'ERROR',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  span_id: '00f067aa0ba902b7',
  insertId: '42',
  logName: ENTRY.logName,
  'resource.type': 'cloud_run_revision',
  'resource.labels.service_name': 'checkout',
  'resource.labels.location': 'asia-northeast3',
  'labels.instanceId': 'abc',
  service: 'checkout',
};
const read = (entry: Record<string, unknown>): unknown => JSON.parse(logEntryLine(entry));

describe('a LogEntry', () => {
  it('with text becomes an event', () => {
    expect(read({ ...ENTRY, textPayload: 'card refused' })).toEqual({ ...COMMON, message: 'card refused' });
  });

  it('with a document has its fields', () => {
    expect(read({ ...ENTRY, jsonPayload: { message: 'paid', order: { id: 7 } } })).toEqual({
      ...COMMON,
      message: 'paid',
      'order.id': 7,
    });
  });

  it('of a request says what was asked', () => {
    const httpRequest = { requestMethod: 'GET', requestUrl: 'https://a.run.app/pay', status: 502, latency: '0.1s' };
    expect(read({ ...ENTRY, httpRequest })).toMatchObject({
      message: 'GET https://a.run.app/pay 502',
      'httpRequest.status': 502,
    });
  });

  it('of an audit log says what was done', () => {
    const protoPayload = {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'compute.googleapis.com',
      methodName: 'v1.compute.instances.delete',
      status: { code: 7, message: 'denied' },
      authenticationInfo: { principalEmail: 'a@b.c' },
    };
    expect(read({ ...ENTRY, protoPayload })).toMatchObject({
      message: 'compute.googleapis.com v1.compute.instances.delete: denied',
      'protoPayload.authenticationInfo.principalEmail': 'a@b.c',
    });
  });

  it('of a container names its app and node', () => {
    const resource = {
      type: 'k8s_container',
      labels: { container_name: 'main', pod_name: 'shop-1', cluster_name: 'c' },
    };
    expect(
      read({ logName: 'l', textPayload: 'x', severity: 'DEFAULT', resource, labels: { 'k8s-pod/app': 'shop' } }),
    ).toMatchObject({
      service: 'shop',
      host: 'shop-1',
    });
  });
});

describe('the Pub/Sub receiver', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const post = (body: string, key = INGEST_KEY) =>
    fetch(`${under.url}/gcp/pubsub?key=${key}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', authorization: 'Bearer a.token.of.google' },
    });

  it('takes the key from the address, and a message that is delivered again once', async () => {
    under = await ReceiversUnderTest.start();
    const entry = JSON.stringify({ ...ENTRY, textPayload: 'card refused' });
    for (let delivery = 0; delivery < 2; delivery++)
      expect((await post(push(entry, { messageId: '2070443601311540', message_id: '2070443601311540' }))).status).toBe(
        204,
      );
    expect(await under.lines()).toEqual([logEntryLine({ ...ENTRY, textPayload: 'card refused' })]);
    expect((await post(push(entry), 'wrong')).status).toBe(401);
  });

  it('keeps other messages with their attributes, unwrapped payloads, and whatever else comes', async () => {
    under = await ReceiversUnderTest.start();
    await post(push('{"a":1}\n{"a":2}', { attributes: { origin: 'shop' } }));
    await post(JSON.stringify({ ...ENTRY, textPayload: 'unwrapped' }));
    await post('not JSON at all');
    await post(JSON.stringify({ message: { attributes: { only: 'this' }, messageId: '1' }, subscription: 's' }));
    const stored = await under.stored();
    expect(stored.map(({ lines }) => lines.map((line) => line.slice(0, 40)))).toEqual([
      ['{"a":1}', '{"a":2}'],
      ['{"timestamp":"2026-11-21T08:00:00.123456'],
      ['not JSON at all'],
      ['{"message":"a message without data","att'],
    ]);
    expect(stored[0]?.header.defaults.attributes).toEqual({ origin: 'shop' });
  });

  it('never crashes', () => {
    const readText = (text: string) => readPush(Body.of([Buffer.from(text)], Buffer.byteLength(text)));
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.string({ unit: 'binary' }), (value, data, text) => {
        readText(text);
        readText(JSON.stringify(value));
        readText(JSON.stringify({ message: data, subscription: value }));
        readText(
          push(JSON.stringify({ logName: 'x', insertId: '', jsonPayload: value, resource: data, protoPayload: value })),
        );
      }),
    );
  });
});
