import { connect, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { fromJson } from '../protobuf/from-json.ts';
import { INGEST_KEY, READ_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';
import { LOGS_REQUEST, SPANS_REQUEST } from './schema.ts';

const EXPORT_LOGS = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';
const EXPORT_SPANS = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const logs = (message: string): Buffer =>
  fromJson({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: message } }] }] }] }, LOGS_REQUEST);

function framed(message: Buffer, isCompressed = false): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = isCompressed ? 1 : 0;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

interface Answer {
  readonly headers: IncomingHttpHeaders;
  /** Trailers, or the headers where they are all there is. */
  readonly status: string | undefined;
  readonly message: string;
  readonly details: Buffer;
  readonly body: Buffer;
}

describe('OTLP over gRPC', () => {
  let under: ReceiversUnderTest;
  afterEach(() => under.stop());
  const start = async (...options: Parameters<typeof ReceiversUnderTest.start>) => {
    under = await ReceiversUnderTest.start(...options);
  };

  async function call(body: Buffer, more: OutgoingHttpHeaders = {}): Promise<Answer> {
    const session = connect(under.grpcUrl);
    const stream = session.request({
      ':method': 'POST',
      ':path': EXPORT_LOGS,
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: `Bearer ${INGEST_KEY}`,
      ...more,
    });
    let headers: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    stream.on('response', (got) => {
      headers = got;
    });
    stream.on('trailers', (got) => {
      trailers = got;
    });
    stream.end(body);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    session.close();
    const all = { ...headers, ...trailers };
    return {
      headers,
      status: all['grpc-status']?.toString(),
      message: decodeURIComponent(all['grpc-message']?.toString() ?? ''),
      details: Buffer.from(all['grpc-status-details-bin']?.toString() ?? '', 'base64'),
      body: Buffer.concat(chunks),
    };
  }

  it('stores what comes and answers after that', async () => {
    await start();
    const answer = await call(framed(logs('하나')));
    expect(answer).toMatchObject({ status: '0', body: framed(Buffer.alloc(0)) });
    expect(answer.headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    const spans = fromJson({ resourceSpans: [{ scopeSpans: [{ spans: [{ name: 's' }] }] }] }, SPANS_REQUEST);
    expect(await call(framed(spans), { ':path': EXPORT_SPANS })).toMatchObject({ status: '0' });
    expect(await under.stored()).toMatchObject([
      { header: { source: 'otlp-grpc', project: 'default' }, lines: ['{"message":"하나"}'] },
      { header: { signal: 'spans' }, lines: ['{"name":"s","attributes":{}}'] },
    ]);
    expect(await under.count('moalog_accepted_events_total', { receiver: 'otlp-grpc' })).toBe(2);
  });

  it('reads compressed messages', async () => {
    await start();
    const answer = await call(framed(gzipSync(logs('packed')), true), {
      'grpc-encoding': 'gzip',
      'x-moalog-project': 'shop',
    });
    expect(answer.status).toBe('0');
    expect(await under.stored()).toMatchObject([{ header: { project: 'shop' }, lines: ['{"message":"packed"}'] }]);
  });

  it.each([
    ['without a key', framed(logs('x')), { authorization: '' }, '16', 'unauthenticated'],
    ['with a key that may only read', framed(logs('x')), { authorization: `Bearer ${READ_KEY}` }, '7', 'forbidden'],
    ['for a project that does not exist', framed(logs('x')), { 'x-moalog-project': 'nobody' }, '5', 'unknown_project'],
    ['with a message that is cut off', framed(logs('x')).subarray(0, -1), {}, '3', 'invalid_body'],
    ['with two messages', Buffer.concat([framed(logs('x')), framed(logs('y'))]), {}, '3', 'invalid_body'],
    ['without a message', Buffer.alloc(0), {}, '3', 'invalid_body'],
    ['with bytes that are no message', framed(Buffer.from('junk')), {}, '3', 'invalid_body'],
    ['with broken gzip', framed(Buffer.from('junk'), true), { 'grpc-encoding': 'gzip' }, '3', 'invalid_body'],
    [
      'with a coding that is not known',
      framed(logs('x'), true),
      { 'grpc-encoding': 'snappy' },
      '3',
      'unsupported_encoding',
    ],
    ['that asks for debugging', framed(logs('x')), { 'x-moalog-debug': '1' }, '3', null],
  ])('refuses a call %s', async (_what, body, headers, status, reason) => {
    await start();
    const answer = await call(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.message.length).toBeGreaterThan(10);
    expect(answer.details[1]).toBe(Number(status));
    if (reason !== null)
      expect(await under.count('moalog_rejected_requests_total', { receiver: 'otlp-grpc', reason })).toBe(1);
    expect(await under.lines()).toEqual([]);
  });

  it('says that other calls are not implemented', async () => {
    await start();
    expect(await call(framed(logs('x')), { ':path': '/grpc.health.v1.Health/Check' })).toMatchObject({ status: '12' });
  });

  it('refuses a message over the limit', async () => {
    await start({ maxBodyBytes: 100_000 });
    expect(await call(framed(gzipSync(Buffer.alloc(50_000_000)), true), { 'grpc-encoding': 'gzip' })).toMatchObject({
      status: '3',
    });
    expect(await under.lines()).toEqual([]);
  });

  it('is unavailable under back-pressure, and says when to come again', async () => {
    await start({ spoolMaxBytes: 400 });
    expect((await call(framed(logs('x'.repeat(500))))).status).toBe('0');
    const answer = await call(framed(logs('x'.repeat(500))));
    expect(answer.status).toBe('14');
    expect(answer.details.toString('latin1')).toContain('type.googleapis.com/google.rpc.RetryInfo');
    expect(await under.lines()).toHaveLength(1);
    expect((await call(framed(logs('x')))).status).toBe('0');
  });

  it('goes on after a client that went away in the middle of a call', async () => {
    await start();
    const session = connect(under.grpcUrl);
    const stream = session.request({ ':method': 'POST', ':path': EXPORT_LOGS, authorization: `Bearer ${INGEST_KEY}` });
    stream.on('error', () => {});
    stream.write(framed(logs('x')).subarray(0, 8));
    await new Promise((resolve) => setTimeout(resolve, 50));
    stream.close(constants.NGHTTP2_CANCEL);
    session.destroy();
    await expect
      .poll(() => under.count('moalog_rejected_requests_total', { receiver: 'otlp-grpc', reason: 'invalid_body' }))
      .toBe(1);
    expect((await call(framed(logs('next')))).status).toBe('0');
    expect(await under.lines()).toEqual(['{"message":"next"}']);
  });
});
