import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtoLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { fromJson } from '../protobuf/from-json.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { LOGS_REQUEST } from './schema.ts';

const ofLines = (lines: readonly string[]) => ({
  resourceLogs: [{ scopeLogs: [{ logRecords: lines.map((line) => ({ body: { stringValue: line } })) }] }],
});
/** As the receiver writes it: `{` escaped, and cut when it is longer than a line may be. */
const eventLine = (line: string): string => {
  const json = JSON.stringify(line).replaceAll('{', '\\u007b');
  const room = 1_000_000 - '{"message":'.length;
  return json.length < room ? `{"message":${json}}` : `{"message":${cutAt(json, room)}","moalog.truncated":"line"}`;
};
/** The last whole character or escape that fits, with the quote at the start. */
const cutAt = (json: string, room: number): string => {
  let end = 1;
  for (const [token] of json.slice(1, -1).matchAll(/\\u.{4}|\\.|[^\\]/gs)) {
    if (end - 1 + token.length > room) break;
    end += token.length;
  }
  return json.slice(0, end);
};

describeReceiver({
  name: 'otlp',
  path: '/v1/logs',
  contentType: 'application/x-protobuf',
  body: (lines) => fromJson(ofLines(lines), LOGS_REQUEST),
  eventLine,
  isLines: false,
  acceptedStatus: 200,
  diskFullStatus: 503,
  /** Code and message of google.rpc.Status. */
  errorShape: /^\p{Cc}{3}/u,
});

describe('OTLP over HTTP', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const start = async () => {
    under = await ReceiversUnderTest.start();
  };
  const post = (body: unknown, path = '/v1/logs') =>
    under.post(path, JSON.stringify(body), { 'content-type': 'application/json' });
  const events = async (): Promise<Record<string, unknown>[]> =>
    (await under.lines()).map((line) => JSON.parse(line) as Record<string, unknown>);
  const logs = (record: object, resource: object = {}, scope: object = {}) => ({
    resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: [record] }] }],
  });

  it.each([
    ['protobuf', ProtoLogExporter, CompressionAlgorithm.NONE],
    ['protobuf, gzip', ProtoLogExporter, CompressionAlgorithm.GZIP],
    ['JSON', JsonLogExporter, CompressionAlgorithm.NONE],
    ['JSON, gzip', JsonLogExporter, CompressionAlgorithm.GZIP],
  ])('takes what the JavaScript SDK sends in %s', async (_name, Exporter, compression) => {
    await start();
    const complaints: unknown[] = [];
    const note = (...args: unknown[]) => complaints.push(args);
    diag.setLogger({ error: note, warn: note, info: () => {}, debug: () => {}, verbose: () => {} }, DiagLogLevel.WARN);
    const exporter = new Exporter({
      url: `${under.url}/v1/logs`,
      headers: { authorization: `Bearer ${INGEST_KEY}` },
      compression,
    });
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'checkout', 'host.name': 'web-1', 'process.pid': 42 }),
      processors: [new BatchLogRecordProcessor({ exporter })],
    });
    provider.getLogger('shop', '1.2.3').emit({
      timestamp: new Date('2026-11-21T08:00:00.123Z'),
      severityNumber: 17,
      severityText: 'ERROR',
      body: '결제 실패 "x" {y}',
      attributes: { 'order.id': 7, paid: false, price: 9.5, tags: ['a', 'b'], user: { id: 'u1', roles: [1] } },
    });
    await provider.shutdown();
    diag.disable();
    expect(complaints).toEqual([]);
    expect(await events()).toEqual([
      {
        timestamp: '2026-11-21T08:00:00.123000000Z',
        level: 'error',
        message: '결제 실패 "x" {y}',
        'order.id': '7',
        paid: 'false',
        price: '9.5',
        tags: '["a","b"]',
        'user.id': 'u1',
        'user.roles': '[1]',
        'otel.scope.name': 'shop',
        'otel.scope.version': '1.2.3',
        'service.name': 'checkout',
        'host.name': 'web-1',
        'process.pid': '42',
      },
    ]);
  });

  it('reads every part of a record', async () => {
    await start();
    const record = {
      timeUnixNano: '1763712000123456789',
      observedTimeUnixNano: '1763712001000000000',
      severityNumber: 10,
      severityText: 'NOTICE',
      body: { stringValue: 'x' },
      attributes: [
        { key: 'big', value: { intValue: '-9223372036854775808' } },
        { key: 'tiny', value: { doubleValue: 5e-324 } },
        { key: 'nan', value: { doubleValue: 'NaN' } },
        { key: 'bytes', value: { bytesValue: 'AAEC/w==' } },
        { key: 'empty', value: { stringValue: '' } },
        { key: 'nothing', value: {} },
        { key: 'no map', value: { kvlistValue: {} } },
        {
          key: 'deep',
          value: {
            arrayValue: { values: [{ kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } }, {}] },
          },
        },
      ],
      droppedAttributesCount: 3,
      flags: 1,
      traceId: '5B8EFFF798038103D269B633813FC60C',
      spanId: 'eee19b7ec3c1b174',
      eventName: 'browser.click',
    };
    const resource = {
      attributes: [{ key: 'k8s', value: { kvlistValue: { values: [{ key: 'pod', value: { stringValue: 'p1' } }] } } }],
    };
    const scope = { name: 's', attributes: [{ key: 'a', value: { intValue: 1 } }] };
    const answer = await post(logs(record, resource, scope), '/otlp/v1/logs');
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json',
      '{}',
    ]);
    expect(await events()).toEqual([
      {
        timestamp: '2025-11-21T08:00:00.123456789Z',
        level: 'info',
        severity_number: '10',
        severity_text: 'NOTICE',
        message: 'x',
        big: '-9223372036854775808',
        tiny: '5e-324',
        nan: 'NaN',
        bytes: 'AAEC/w==',
        empty: '',
        'no map': '{}',
        deep: '[{"k":true},null]',
        'otel.dropped_attributes_count': '3',
        trace_flags: '1',
        trace_id: '5b8efff798038103d269b633813fc60c',
        span_id: 'eee19b7ec3c1b174',
        'event.name': 'browser.click',
        'otel.scope.name': 's',
        'otel.scope.a': '1',
        'k8s.pod': 'p1',
      },
    ]);
  });

  it.each([
    [{ intValue: 5 }, { message: '5' }],
    [{ boolValue: true }, { message: 'true' }],
    [{ arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } }, { message: '["a",1]' }],
    [{ bytesValue: 'AP8=' }, { message: 'AP8=' }],
    [
      {
        kvlistValue: {
          values: [
            { key: 'msg', value: { stringValue: 'm' } },
            { key: 'http', value: { kvlistValue: { values: [{ key: 'status', value: { intValue: 200 } }] } } },
          ],
        },
      },
      { msg: 'm', 'http.status': '200' },
    ],
    [{}, {}],
  ])('reads the body %j', async (body, event) => {
    await start();
    expect((await post(logs({ body }))).status).toBe(200);
    expect(await events()).toEqual([event]);
  });

  it.each([
    [{ severityNumber: 1 }, { level: 'trace' }],
    [
      { severityNumber: 24, severityText: 'FATAL4' },
      { level: 'fatal', severity_number: '24', severity_text: 'FATAL4' },
    ],
    [{ severityText: 'Warning' }, { level: 'Warning' }],
    [{ severityNumber: 99 }, { severity_number: '99' }],
    [{ severityNumber: 9, severityText: 'info' }, { level: 'info' }],
  ])('reads the severity of %j', async (record, event) => {
    await start();
    await post(logs(record));
    expect(await events()).toEqual([event]);
  });

  it('keeps the digits of numbers that should have been texts', async () => {
    await start();
    const body =
      '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":1763712000123456789,"attributes":[{"key":"n","value":{"intValue":9223372036854775807}}]}]}]}]}';
    expect((await under.post('/v1/logs', body, { 'content-type': 'application/json' })).status).toBe(200);
    expect(await events()).toEqual([{ timestamp: '2025-11-21T08:00:00.123456789Z', n: '9223372036854775807' }]);
  });

  it('takes the observed time when there is no other', async () => {
    await start();
    await post(logs({ timeUnixNano: 0, observedTimeUnixNano: '1763712000000000001' }));
    expect(await events()).toEqual([{ timestamp: '2025-11-21T08:00:00.000000001Z' }]);
  });

  it('lets what a record says hide what its scope and resource say', async () => {
    await start();
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const both = { attributes: [attribute('region', 'resource'), attribute('service.name', 'resource')] };
    await post({
      resourceLogs: [
        {
          scopeLogs: [
            {
              logRecords: [{ attributes: [attribute('region', 'record')] }, {}],
              scope: { name: 's' },
            },
          ],
          resource: both,
        },
      ],
    });
    expect(await under.lines()).toEqual([
      '{"region":"record","otel.scope.name":"s","service.name":"resource"}',
      '{"otel.scope.name":"s","region":"resource","service.name":"resource"}',
    ]);
  });

  it('answers google.rpc.Status in the encoding of the request', async () => {
    await start();
    const json = await post({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ traceId: 'xyz' }] }] }] });
    expect([json.status, json.headers.get('content-type')]).toEqual([400, 'application/json']);
    expect(await json.json()).toEqual({
      code: 3,
      message:
        'resourceLogs.0.scopeLogs.0.logRecords.0.traceId must be hexadecimal text; nothing of the body was accepted.',
      details: [],
    });
    const proto = await under.post('/v1/logs', Buffer.from([0x0a, 0x05, 1]), {
      'content-type': 'application/x-protobuf',
    });
    expect([proto.status, proto.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
    expect(await proto.text()).toMatch(
      /^\p{Cc}{3}.The body is not the protobuf message of this address: it is cut off/u,
    );
    const other = await under.post('/v1/logs', 'x', { 'content-type': 'text/plain' });
    expect([other.status, await other.json()]).toMatchObject([415, { code: 3 }]);
    expect(await under.lines()).toEqual([]);
  });

  it('says in the answer that records were cut', async () => {
    await start();
    const answer = await post(ofLines(['x'.repeat(2_000_000)]));
    expect(await answer.json()).toEqual({
      partialSuccess: {
        rejectedLogRecords: '0',
        errorMessage: '1 of the records were larger than 1 MB. They are stored, cut to that size.',
      },
    });
    expect(await events()).toMatchObject([{ 'moalog.truncated': 'line' }]);
  });

  it('refuses a body whose shared attributes would fill the memory', async () => {
    await start();
    const resource = { attributes: [{ key: 'k', value: { stringValue: 'x'.repeat(900_000) } }] };
    const body = {
      resourceLogs: [{ resource, scopeLogs: [{ logRecords: Array.from({ length: 2_000 }, () => ({})) }] }],
    };
    expect((await post(body)).status).toBe(413);
    expect(await under.lines()).toEqual([]);
  });
});
