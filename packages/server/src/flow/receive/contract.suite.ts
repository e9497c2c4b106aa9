import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { INGEST_KEY, READ_KEY, ReceiversUnderTest } from './receivers-under-test.ts';

/** What the suite must know about a receiver's protocol. */
export interface ReceiverProfile {
  /** Label of its metrics. */
  readonly name: string;
  readonly path: string;
  readonly contentType: string;
  /** A body that carries these lines as events: as they are, or as the messages of events. Bytes when the protocol is binary. */
  readonly body: (lines: readonly string[]) => string | Uint8Array;
  /** The event line that comes of a line; the same line unless said. */
  readonly eventLine?: (line: string) => string;
  /** Whether two bodies behind each other are one with the events of both, and bytes that are no UTF-8 reach the store; true unless said. */
  readonly isLines?: boolean;
  /** Status of an answer that accepted everything, and of one that the disk had no room for. */
  readonly acceptedStatus: number;
  readonly diskFullStatus: number;
  /** Status under back-pressure, 429 unless the protocol has another. */
  readonly backPressureStatus?: number;
  /** Text that every error answer holds, in the protocol's shape. */
  readonly errorShape: RegExp;
}

/** What every HTTP receiver keeps: a clear answer or a stored event, whatever comes. */
export function describeReceiver(profile: ReceiverProfile): void {
  describe(`the receiver ${profile.name}`, () => {
    let under: ReceiversUnderTest;
    const start = async (...options: Parameters<typeof ReceiversUnderTest.start>) => {
      under = await ReceiversUnderTest.start(...options);
      return under;
    };
    afterEach(() => under.stop());
    const headers = { 'content-type': profile.contentType };
    const good = ['{"message":"one"}', '{"message":"two"}'];
    const eventLines = (lines: readonly string[]): string[] => lines.map(profile.eventLine ?? ((line) => line));
    const isLines = profile.isLines ?? true;
    const bodyOf = (lines: readonly string[]): Buffer<ArrayBuffer> => Buffer.from(profile.body(lines));
    /** The head of a request sent by hand. */
    const head = (more: string): string =>
      `POST ${profile.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${INGEST_KEY}\r\nContent-Type: ${profile.contentType}\r\n${more}\r\n\r\n`;
    const send = (body: string | Uint8Array, more: Record<string, string> = {}) =>
      under.post(profile.path, body, { ...headers, ...more });

    const refused = async (response: Response, status: number, reason: string, times = 1) => {
      expect(await response.text()).toMatch(profile.errorShape);
      expect(response.status).toBe(status);
      expect(await under.count('moalog_rejected_requests_total', { receiver: profile.name, reason })).toBe(times);
      expect(await under.lines()).toEqual([]);
    };

    it('acknowledges what is durable and counts it', async () => {
      await start();
      const response = await send(profile.body(good));
      expect(response.status).toBe(profile.acceptedStatus);
      expect(await under.lines()).toEqual(eventLines(good));
      expect(await under.count('moalog_accepted_events_total', { receiver: profile.name })).toBe(2);
      expect(await under.count('moalog_accepted_bytes_total', { receiver: profile.name })).toBe(
        eventLines(good).join('').length + 2,
      );
    });

    it.each([
      ['gzip', gzipSync],
      ['x-gzip', gzipSync],
      ['deflate', deflateSync],
      ['deflate', deflateRawSync],
      ['zstd', zstdCompressSync],
      ['identity', (bytes: Buffer) => bytes],
      ['GZIP', gzipSync],
    ])('reads a body in %s', async (coding, compress) => {
      await start();
      expect((await send(compress(bodyOf(good)), { 'content-encoding': coding })).status).toBe(profile.acceptedStatus);
      expect(await under.lines()).toEqual(eventLines(good));
    });

    it.runIf(isLines)('reads gzip members and zstd frames that follow each other', async () => {
      await start();
      const [first, second] = [bodyOf(good), bodyOf(['{"message":"three"}'])];
      for (const [coding, compress] of [
        ['gzip', gzipSync],
        ['zstd', zstdCompressSync],
      ] as const) {
        const bytes = Buffer.concat([compress(first), compress(second)]);
        expect((await send(bytes, { 'content-encoding': coding })).status).toBe(profile.acceptedStatus);
        expect(await under.lines()).toEqual(eventLines([...good, '{"message":"three"}']));
      }
    });

    it('takes from the sender project, names and fields for all events, from query or headers', async () => {
      await start();
      const query = 'service=%EC%A3%BC%EB%AC%B8&time_field=when,at&timezone=asia/seoul&batch_id=b1';
      const more = {
        'x-moalog-project': 'shop',
        'x-moalog-environment': Buffer.from('운영').toString('latin1'),
        'x-moalog-service': 'loses',
        'x-moalog-message-field': 'what',
      };
      expect((await under.post(`${profile.path}?${query}`, profile.body(good), { ...headers, ...more })).status).toBe(
        profile.acceptedStatus,
      );
      const [frame] = await under.stored();
      expect(frame?.header).toMatchObject({
        project: 'shop',
        source: profile.name,
        defaults: { service: '주문', environment: '운영' },
        fields: { time: ['when', 'at'], message: ['what'] },
        timezone: 'Asia/Seoul',
        batchId: expect.stringMatching(/^b1/),
      });
    });

    it('answers what a request would become and stores nothing, when it asks for that', async () => {
      await start();
      for (const [query, header] of [
        ['?debug=1', {}],
        ['', { 'x-moalog-debug': '1' }],
      ] as const) {
        const response = await under.post(profile.path + query, bodyOf(good), { ...headers, ...header });
        expect(response.status).toBe(200);
        expect(await response.json()).toMatchObject({
          receiver: profile.name,
          stored: false,
          // The preview of these tests shows frames as they would have been handed over.
          events: [{ project: 'default', lines: `${eventLines(good).join('\n')}\n` }],
          error: null,
          answer: { status: profile.acceptedStatus },
        });
      }
      const broken = await send(randomBytes(200), { 'content-encoding': 'gzip', 'x-moalog-debug': '1' });
      expect(broken.status).toBe(200);
      expect(await broken.json()).toMatchObject({
        events: [],
        error: { code: 'invalid_body' },
        answer: { status: 400 },
      });
      const stranger = await send(bodyOf(good), { authorization: 'Bearer x', 'x-moalog-debug': '1' });
      expect([401, 403]).toContain(stranger.status);
      expect(await stranger.text()).toMatch(profile.errorShape);
      expect(await under.lines()).toEqual([]);
      expect(await under.count('moalog_accepted_events_total', { receiver: profile.name })).toBe(0);
    });

    it('acknowledges and drops a batch that comes again', async () => {
      await start();
      for (let attempt = 0; attempt < 2; attempt++) {
        expect((await send(profile.body(good), { 'x-moalog-batch-id': 'b' })).status).toBe(profile.acceptedStatus);
      }
      expect(await under.lines()).toEqual(eventLines(good));
      expect(await under.count('moalog_duplicate_batches_total', { receiver: profile.name })).toBe(1);
    });

    it('refuses a zone or a project that does not exist', async () => {
      await start();
      expect((await send(profile.body(good), { 'x-moalog-timezone': '+09:00' })).status).toBe(400);
      expect((await send(profile.body(good), { 'x-moalog-timezone': 'Asia/Nowhere' })).status).toBe(400);
      await refused(await send(profile.body(good), { 'x-moalog-project': 'nobody' }), 404, 'unknown_project');
    });

    it('answers 401 without a key and 403 to a key that may only read', async () => {
      await start();
      const none = await fetch(under.url + profile.path, { method: 'POST', body: bodyOf(good), headers });
      expect(none.headers.get('www-authenticate')).toContain('Basic');
      await refused(none, 401, 'unauthenticated');
      await refused(await send(profile.body(good), { authorization: `Bearer ${READ_KEY}` }), 403, 'forbidden');
    });

    it('answers 400 to gzip that is broken or cut off', async () => {
      await start();
      const gzip = gzipSync(bodyOf(good));
      await refused(await send(randomBytes(200), { 'content-encoding': 'gzip' }), 400, 'invalid_body');
      await refused(await send(gzip.subarray(0, -4), { 'content-encoding': 'gzip' }), 400, 'invalid_body', 2);
      await refused(await send(profile.body(good), { 'content-encoding': 'zstd' }), 400, 'invalid_body', 3);
    });

    it('answers 415 to a coding that it does not know', async () => {
      await start();
      await refused(await send(profile.body(good), { 'content-encoding': 'lzma' }), 415, 'unsupported_encoding');
    });

    it('answers 413 to a bomb without unfolding it, and to a body over the limit', async () => {
      await start({ maxBodyBytes: 100_000 });
      const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 'x'));
      expect(bomb.length).toBeGreaterThan(100_000);
      const small = gzipSync(Buffer.alloc(50 * 1024 * 1024, 'x'));
      const before = process.memoryUsage().rss;
      await refused(await send(small, { 'content-encoding': 'gzip' }), 413, 'body_too_large');
      expect(process.memoryUsage().rss - before).toBeLessThan(40 * 1024 * 1024);
      await refused(await send(gzipSync(small), { 'content-encoding': 'gzip, gzip' }), 413, 'body_too_large', 2);
      await refused(await send(Buffer.alloc(100_001, 'x')), 413, 'body_too_large', 3);
      expect((await send(profile.body(good))).status).toBe(profile.acceptedStatus);
    });

    it('answers 413 to a body of unknown length once it is over the limit, while the sender is still sending', async () => {
      await start({ maxBodyBytes: 100_000 });
      const connection = await under.socket();
      connection.send(head('Transfer-Encoding: chunked'));
      for (let chunk = 0; chunk < 20; chunk++) connection.send(`2710\r\n${'x'.repeat(10_000)}\r\n`);
      expect(await connection.received(/^HTTP.*/)).toContain('HTTP/1.1 413');
      connection.destroy();
    });

    it('stores nothing of a body that was torn off', async () => {
      await start();
      const body = bodyOf(good);
      for (const end of ['destroy', 'halfClose'] as const) {
        const connection = await under.socket();
        connection.send(head(`Content-Length: ${body.length + 10}`));
        connection.send(body);
        await sleep(50);
        connection[end]();
        await expect
          .poll(() => under.count('moalog_rejected_requests_total', { receiver: profile.name, reason: 'invalid_body' }))
          .toBe(end === 'destroy' ? 1 : 2);
        connection.destroy();
      }
      expect(await under.lines()).toEqual([]);
    });

    // Node ends its own half at once then, so there is no answer (httpAllowHalfOpen would hide that a client went away).
    it('stores the whole request of a sender that closed its half of the connection behind it', async () => {
      await start();
      const body = bodyOf(good);
      const connection = await under.socket();
      connection.send(head(`Content-Length: ${body.length}`));
      connection.send(body);
      connection.halfClose();
      await expect.poll(() => under.count('moalog_accepted_events_total', { receiver: profile.name })).toBe(2);
      expect(await under.lines()).toEqual(eventLines(good));
    });

    it('answers 408 to a sender that stalls, and lets the connection go', async () => {
      await start({ requestTimeoutMs: 200 });
      const connection = await under.socket();
      connection.send(`${head('Content-Length: 1000')}{`);
      const answer = await connection.received(/\r\n\r\n/);
      expect(answer).toContain('HTTP/1.1 408');
      expect(answer.toLowerCase()).toContain('connection: close');
      expect(
        await under.count('moalog_rejected_requests_total', { receiver: profile.name, reason: 'request_timeout' }),
      ).toBe(1);
    });

    it('takes a slow sender that arrives in time', async () => {
      await start();
      const body = bodyOf(good);
      const connection = await under.socket();
      connection.send(head(`Content-Length: ${body.length}`));
      for (const byte of body) {
        connection.send(Buffer.of(byte));
        await sleep(1);
      }
      expect(await connection.received(/^HTTP.*/)).toContain(`HTTP/1.1 ${profile.acceptedStatus}`);
      expect(await under.lines()).toEqual(eventLines(good));
    });

    it('answers with Retry-After under back-pressure', async () => {
      await start({ spoolMaxBytes: 400 });
      const body = bodyOf([`{"message":"${'x'.repeat(500)}"}`]);
      expect((await send(body)).status).toBe(profile.acceptedStatus);
      const response = await send(body);
      expect(response.status).toBe(profile.backPressureStatus ?? 429);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await response.text()).toMatch(profile.errorShape);
      expect(
        await under.count('moalog_rejected_requests_total', { receiver: profile.name, reason: 'back_pressure' }),
      ).toBe(1);
      expect(await under.lines()).toHaveLength(1);
      expect((await send(body)).status).toBe(profile.acceptedStatus);
    });

    it('answers that the disk is full, and takes events again once there is room', async () => {
      await start();
      under.spool.disk.full = true;
      const response = await send(profile.body(good));
      await refused(response, profile.diskFullStatus, 'disk_full');
      under.spool.disk.full = false;
      await expect
        .poll(async () => (await send(profile.body(good))).status, { timeout: 5_000, interval: 200 })
        .toBe(profile.acceptedStatus);
      expect(await under.lines()).toEqual(eventLines(good));
    });

    it.each([
      ['a line that is not JSON', '{"message": broken'],
      ['a line of 10 MB', `{"message":"${'x'.repeat(10 * 1024 * 1024)}"}`],
      ['NUL bytes', '{"message":"a\u0000b"}'],
      ['10,000 nested arrays', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
      ['10,000 fields', `{${Array.from({ length: 10_000 }, (_, number) => `"f${number}":${number}`).join(',')}}`],
      ['a number with more digits than any type', `{"n":${'9'.repeat(400)}}`],
    ])('stores %s among good ones as it came', async (_what, line) => {
      await start();
      const lines = [...good.slice(0, 1), line, ...good.slice(1)];
      expect((await send(profile.body(lines))).status).toBe(profile.acceptedStatus);
      expect(await under.lines()).toEqual(eventLines(lines));
    });

    it.runIf(isLines)('stores bytes that are no UTF-8 as they came', async () => {
      await start();
      const body = bodyOf(['{"message":"caf#"}']);
      body[body.indexOf('#')] = 0xe9;
      expect((await send(body)).status).toBe(profile.acceptedStatus);
      expect(await under.lines()).toEqual(eventLines(['{"message":"caf�"}']));
    });
  });
}
