import { once } from 'node:events';
import { createServer } from 'node:net';
import { credentials, Metadata } from '@grpc/grpc-js';
import type { SourceInfo } from '@moalog/contract';
import { startServer, type TestServer } from '@moalog/testkit';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { OTLPLogExporter as GrpcLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter as GrpcMetricExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as JsonMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as GrpcTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtoTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: TestServer;
let grpcPort = 0;
let httpPort = 0;
beforeAll(async () => {
  httpPort = await freePort();
  server = await startServer({ flags: ['--otlp-grpc-port', '0', '--otlp-http-port', String(httpPort)] });
  const { sources } = (await (await server.request('/api/v1/sources')).json()) as { sources: SourceInfo[] };
  grpcPort = sources.find(({ id }) => id === 'otlp-grpc')?.port ?? 0;
});
afterAll(() => server?.stop());

const at = (path: string) => ({ url: server.url + path, headers: { authorization: `Bearer ${server.key}` } });
const resourceOf = (service: string) =>
  resourceFromAttributes({
    'service.name': service,
    'host.name': 'web-1',
    'deployment.environment.name': 'prod',
    'os.type': 'linux',
  });

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const byGrpc = () => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${server.key}`);
  return { url: `http://127.0.0.1:${grpcPort}`, credentials: credentials.createInsecure(), metadata };
};

async function sql(statement: string): Promise<unknown[][]> {
  const answer = await server.request('/api/v1/sql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ project: 'default', sql: statement }),
  });
  const { rows = [], detail } = (await answer.json()) as { rows?: unknown[][]; detail?: string };
  expect(detail).toBeUndefined();
  return rows;
}

/** A trace of two spans; gives its id. */
async function trace(exporter: SpanExporter, resource: Resource): Promise<string> {
  const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const tracer = provider.getTracer('shop', '1.0');
  const began = Date.now() - 1_000;
  const parent = tracer.startSpan('GET /pay', {
    kind: SpanKind.SERVER,
    startTime: began,
    attributes: { 'http.status': 500 },
  });
  const { traceId, spanId } = parent.spanContext();
  const link = { context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 } };
  parent.addEvent('exception', { 'exception.message': 'card "x"' }, began + 10);
  parent.addLink(link);
  parent.setStatus({ code: SpanStatusCode.ERROR, message: '거절' });
  parent.end(began + 250);
  await provider.shutdown();
  expect(spanId).toMatch(/^[0-9a-f]{16}$/);
  return traceId;
}

async function measure(exporter: PushMetricExporter, resource: Resource): Promise<void> {
  const provider = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
    views: [
      {
        instrumentName: 'exponential',
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
      {
        instrumentName: 'duration',
        aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1, 10] } },
      },
    ],
  });
  const meter = provider.getMeter('shop');
  meter.createCounter('orders', { unit: '{order}' }).add(3, { country: 'KR' });
  meter.createGauge('temperature').record(-1.5);
  for (const value of [0.5, 5, 5, 50]) meter.createHistogram('duration', { unit: 'ms' }).record(value);
  for (const value of [1, 2, 4]) meter.createHistogram('exponential').record(value);
  await provider.shutdown();
}

test.each([
  ['protobuf', () => new ProtoTraceExporter(at('/v1/traces'))],
  ['JSON', () => new JsonTraceExporter(at('/v1/traces'))],
  ['gRPC', () => new GrpcTraceExporter(byGrpc())],
])('spans of the SDK in %s are rows of the table spans', async (name, exporter) => {
  const traceId = await trace(exporter(), resourceOf(`spans-${name}`));
  const select = `SELECT name, kind, status, status_message, service, environment, host, source, round(duration_ns / 1e6), attributes['http.status'], attributes['os.type'],
    JSONExtractString(events, 1, 'attributes', 'exception.message'), JSONExtractString(links, 1, 'trace_id') FROM spans WHERE trace_id = '${traceId}'`;
  await expect
    .poll(() => sql(select), { timeout: 10_000 })
    .toEqual([
      [
        'GET /pay',
        'server',
        'error',
        '거절',
        `spans-${name}`,
        'prod',
        'web-1',
        name === 'gRPC' ? 'otlp-grpc' : 'otlp',
        250,
        '500',
        'linux',
        'card "x"',
        '0af7651916cd43dd8448eb211c80319c',
      ],
    ]);
});

test.each([
  ['protobuf', () => new ProtoMetricExporter(at('/v1/metrics'))],
  ['JSON', () => new JsonMetricExporter(at('/v1/metrics'))],
  ['gRPC', () => new GrpcMetricExporter(byGrpc())],
])('metrics of the SDK in %s are rows of the table metrics', async (name, exporter) => {
  const service = `metrics-${name}`;
  await measure(exporter(), resourceOf(service));
  const select = `SELECT name, kind, unit, temporality, is_monotonic, value, count, min, max, bounds, buckets, attributes['country'] FROM metrics WHERE service = '${service}' AND name != 'exponential' ORDER BY name`;
  await expect.poll(async () => (await sql(select)).length, { timeout: 10_000 }).toBe(3);
  expect(await sql(select)).toEqual([
    ['duration', 'histogram', 'ms', 'cumulative', false, 60.5, '4', 0.5, 50, [1, 10], [1, 2, 1], ''],
    ['orders', 'sum', '{order}', 'cumulative', true, 3, '0', null, null, [], [], 'KR'],
    ['temperature', 'gauge', '', '', false, -1.5, '0', null, null, [], [], ''],
  ]);
  const [[count, total, spread] = []] = await sql(
    `SELECT count, arraySum(buckets), arrayAll(v -> arraySum(arrayMap((b, n) -> if(b >= v AND b < v * 1.1, n, 0), bounds, arrayPopBack(buckets))) = 1, [1, 2, 4]) FROM metrics WHERE service = '${service}' AND name = 'exponential'`,
  );
  expect([count, total, spread]).toEqual(['3', 3, 1]);
});

test('log records of the SDK over gRPC are events', async () => {
  const provider = new LoggerProvider({
    resource: resourceOf('logs-grpc'),
    processors: [new BatchLogRecordProcessor({ exporter: new GrpcLogExporter(byGrpc()) })],
  });
  for (let i = 0; i < 300; i++) provider.getLogger('x').emit({ body: `주문 ${i}`, severityNumber: 17 });
  await provider.shutdown();
  await server.waitForCount('service:logs-grpc level:error', 300);
});

test('the further port of OTLP over HTTP takes what the main port takes, and nothing else', async () => {
  const post = (path: string) =>
    fetch(`http://127.0.0.1:${httpPort}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'by 4318' } }] }] }] }),
    });
  expect((await post('/v1/logs')).status).toBe(200);
  expect((await post('/api/v1/ingest')).status).toBe(404);
  await server.waitForCount('"by 4318"', 1);
});

test('a request with ?debug=1 shows events as they would be and stores nothing', async () => {
  const record = { timeUnixNano: `${Date.now()}000000`, severityNumber: 13, body: { stringValue: 'only looked at' } };
  const logs = {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'looked' } }] },
        scopeLogs: [{ logRecords: [record] }],
      },
    ],
  };
  const answer = await server.request('/v1/logs?debug=1', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(logs),
  });
  expect(await answer.json()).toMatchObject({
    receiver: 'otlp',
    stored: false,
    events: [{ project: 'default', level: 'warn', service: 'looked', message: 'only looked at', attributes: {} }],
    error: null,
    answer: { status: 200, body: '{}' },
  });
  const provider = new LoggerProvider({
    resource: resourceOf('behind'),
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(at('/v1/logs')) })],
  });
  provider.getLogger('x').emit({ body: 'stored' });
  await provider.shutdown();
  await server.waitForCount('service:behind', 1);
  expect(await server.count('service:looked')).toBe(0);
});

test('spans and metrics of a deleted project are deleted with it', async () => {
  const json = (method: string, body?: object): RequestInit => ({
    method,
    headers: { 'content-type': 'application/json', 'x-moalog-project': 'gone' },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect((await server.request('/api/v1/projects', json('POST', { name: 'gone' }))).status).toBe(201);
  const scoped = (inner: string, items: object[]) => [{ [`scope${inner}`]: [{ [inner.toLowerCase()]: items }] }];
  const spans = { resourceSpans: scoped('Spans', [{ name: 'x', startTimeUnixNano: '1' }]) };
  const metrics = { resourceMetrics: scoped('Metrics', [{ name: 'x', gauge: { dataPoints: [{ asInt: 1 }] } }]) };
  expect((await server.request('/v1/traces', json('POST', spans))).status).toBe(200);
  expect((await server.request('/v1/metrics', json('POST', metrics))).status).toBe(200);
  const kept = async (): Promise<unknown[]> => {
    const answer = await server.request(
      '/api/v1/sql',
      json('POST', { project: 'gone', sql: 'SELECT count() FROM spans UNION ALL SELECT count() FROM metrics' }),
    );
    return ((await answer.json()) as { rows?: unknown[] }).rows ?? [];
  };
  await expect.poll(kept, { timeout: 10_000 }).toEqual([['1'], ['1']]);
  expect((await server.request('/api/v1/projects/gone', json('DELETE', { name: 'gone' }))).status).toBe(202);
  const again = async () => (await server.request('/api/v1/projects', json('POST', { name: 'gone' }))).status;
  await expect.poll(again, { timeout: 20_000 }).toBe(201);
  expect(await kept()).toEqual([['0'], ['0']]);
});
