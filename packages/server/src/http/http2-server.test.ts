import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { missing, TestCertificates } from '@moalog/testkit';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { readCertificates } from '#tls';
import { createHttp2Server } from './http2-server.ts';

const log = pino({ level: 'silent' });

/** Status and body of a request to `/who`. */
async function ask(session: ReturnType<typeof connect>): Promise<[status: unknown, body: string]> {
  const stream = session.request({ ':path': '/who' });
  const [headers] = await once(stream, 'response');
  let body = '';
  for await (const chunk of stream) body += chunk;
  return [headers[':status'], body];
}

test('speaks HTTP/2 without TLS, and ends with connections that are open', async () => {
  const app = createHttp2Server({ config: {}, log });
  app.get('/who', async ({ raw }) => raw.httpVersion);
  const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }));
  expect(await ask(session)).toEqual([200, '2.0']);
  const closed = once(session, 'close');
  await app.close();
  await closed;
});

test.skipIf(missing('openssl'))('speaks HTTP/2 with a certificate, and with HTTP/2 alone', async () => {
  const certificates = new TestCertificates();
  const app = createHttp2Server({ config: {}, certificates: await readCertificates(certificates.issue('grpc')), log });
  app.get('/who', async ({ raw }) => raw.httpVersion);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const origin = `https://127.0.0.1:${new URL(app.listeningOrigin).port}`;
  const session = connect(origin, { ca: readFileSync(certificates.ca) });
  expect(await ask(session)).toEqual([200, '2.0']);
  await expect(fetch(origin)).rejects.toThrow();
  session.close();
  await app.close();
  certificates.remove();
});
