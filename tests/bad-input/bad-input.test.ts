import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  // Whatever came, the same processes still take and find events.
  await server?.send(['{"message":"still here","service":"after-all"}']);
  await server?.waitForCount('service:after-all', 1);
  await server?.stop();
});

const ingest = (body: string | Buffer, headers: Record<string, string> = {}, service = ''): Promise<Response> =>
  server.request(`/api/v1/ingest?service=${service}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });

/** Sends a body and gives the one event that it became. */
async function stored(
  name: string,
  body: string | Buffer,
): Promise<{ message: string; timestamp: string; attributes: Record<string, string> }> {
  const service = `bad-${name}`;
  expect((await ingest(body, {}, service)).status).toBe(202);
  await server.waitForCount(`service:${service}`, 1);
  const { rows } = await server.search({ query: `service:${service}` });
  const [event] = rows;
  return { message: event?.message ?? '', timestamp: event?.timestamp ?? '', attributes: event?.attributes ?? {} };
}

describe('is stored as an event, with a mark where something is wrong:', () => {
  test('broken JSON', async () => {
    const event = await stored('json', '{"message":"cut of');
    expect(event.message).toBe('{"message":"cut of');
    expect(event.attributes['moalog.parse_error']).toMatch(/JSON/);
  });

  test('a line of 10 MB, cut to a mebibyte', async () => {
    const event = await stored('long', `begin ${'가'.repeat(3_500_000)} end`);
    expect(Buffer.byteLength(event.message)).toBeLessThanOrEqual(1_048_576 + '\ufffd'.length * 3);
    expect(event.message.startsWith('begin 가가')).toBe(true);
    expect(Object.keys(event.attributes)).toContainEqual(expect.stringMatching(/^moalog\./));
  });

  test('a NUL byte', async () => {
    expect((await stored('nul', 'before\0after')).message).toBe('before\0after');
    expect((await stored('nul-json', '{"message":"a\\u0000b","k":"\\u0000"}')).message).toBe('a\0b');
  });

  test('bytes that are no UTF-8', async () => {
    const event = await stored('utf8', Buffer.from([0x6f, 0x6b, 0x20, 0xff, 0xfe, 0x20, 0xc3, 0x28]));
    expect(event.message).toMatch(/^ok \ufffd+ \ufffd\($/);
  });

  test('nesting of 20,000 levels', async () => {
    const depth = 20_000;
    const event = await stored('deep', `{"message":"deep","tree":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`);
    expect(event.message).toContain('deep');
  });

  test('10,000 fields', async () => {
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`field_${i}`, i]));
    const event = await stored('wide', JSON.stringify({ message: 'wide', ...fields }));
    expect(event.message).toBe('wide');
    expect(Object.keys(event.attributes).length).toBeGreaterThanOrEqual(1_000);
    expect(Object.keys(event.attributes)).toContainEqual(expect.stringMatching(/^moalog\./));
  });

  test('a time of 1970', async () => {
    await ingest('{"timestamp":"1970-01-01T00:00:00.000000001Z","message":"far"}', {}, 'bad-1970');
    const times = async (): Promise<unknown[]> =>
      (await server.search({ query: 'service:bad-1970', from: '1969-01-01' })).rows.map((row) => row.timestamp);
    await expect.poll(times, { timeout: 10_000 }).toEqual(['1970-01-01T00:00:00.000000001Z']);
  });

  test.each(['2262-04-11T23:47:16.000000001Z', '9999-12-31T00:00:00Z'])(
    'a time far ahead, %s, under its arrival',
    async (time) => {
      const event = await stored(time.slice(0, 4), JSON.stringify({ timestamp: time, message: 'far' }));
      expect(Math.abs(Date.now() - Date.parse(event.timestamp))).toBeLessThan(60_000);
      expect(event.attributes['moalog.timestamp_error']).toBe(time);
    },
  );
});

describe('is answered:', () => {
  test('a coding that nobody knows', async () => {
    expect((await ingest('x', { 'content-encoding': 'lzma' })).status).toBe(415);
  });

  test('a charset that nobody knows', async () => {
    expect((await ingest('x', { 'content-type': 'text/plain; charset=klingon' })).status).toBe(415);
  });

  test('a body that is not what its coding says', async () => {
    expect((await ingest('no gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  test('a gzip bomb, without unfolding it', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 ** 2, '\n'));
    expect(bomb.length).toBeLessThan(1024 ** 2);
    expect((await ingest(bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test('a token on another method or path', async () => {
    expect((await server.request('/api/v1/ingest')).status).toBe(404);
    expect((await server.request('/api/v1/ingest/../search', { method: 'DELETE' })).status).toBe(404);
    expect((await server.request('/api/v1/search', { method: 'PUT' })).status).toBe(404);
  });
});

describe('holds nobody up:', () => {
  const open = async (): Promise<Socket> => {
    const { hostname, port } = new URL(server.url);
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  };
  const head = (length: number, service: string): string =>
    `POST /api/v1/ingest?service=${service} HTTP/1.1\r\nhost: moalog\r\nauthorization: Bearer ${server.key}\r\ncontent-length: ${length}\r\n\r\n`;

  test('a client that sends a byte at a time', async () => {
    const body = 'one slow line\n';
    const socket = await open();
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    for (const byte of head(body.length, 'slow') + body) {
      socket.write(byte);
      await sleep(2);
    }
    for (let i = 0; i < 200 && !answer.includes('\r\n\r\n'); i++) await sleep(25);
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 202/);
    await server.waitForCount('service:slow', 1);
  });

  test('a client that closes its half of the connection behind the request', async () => {
    const body = 'half closed\n';
    const socket = await open();
    socket.end(head(body.length, 'half') + body);
    await server.waitForCount('service:half', 1);
    socket.destroy();
  });

  test('a client that goes away in the middle leaves nothing behind', async () => {
    const socket = await open();
    socket.write(`${head(1_000, 'torn')}a line that is never whole`);
    await sleep(100);
    socket.destroy();
    await server.send(['{"message":"behind it","service":"torn-after"}']);
    await server.waitForCount('service:torn-after', 1);
    expect(await server.count('service:torn')).toBe(0);
  });
});
