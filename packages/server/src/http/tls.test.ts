import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { TestCertificates } from '@moalog/testkit';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCertificates } from '#tls';
import { renewCertificates } from './renew-certificates.ts';
import { createHttpServer } from './server.ts';

const log = pino({ level: 'silent' });
let certificates: TestCertificates;
let app: FastifyInstance;
beforeAll(async () => {
  certificates = new TestCertificates();
  const files = certificates.issue('port', 'first');
  app = createHttpServer({ config: { requestTimeoutMs: 60_000 }, certificates: await readCertificates(files), log });
  renewCertificates(app, files, log);
  app.get('/who', async ({ protocol }) => protocol);
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app?.close();
  certificates?.remove();
});

const port = (): number => Number(new URL(app.listeningOrigin).port);

/** Over a connection of its own, by a client that trusts the authority of the test alone. */
async function ask(agent = new Agent()): Promise<{ body: string; hsts: unknown; subject: string }> {
  const request = get({ host: '127.0.0.1', port: port(), path: '/who', ca: readFileSync(certificates.ca), agent });
  const [response] = await once(request, 'response');
  const subject = response.socket instanceof TLSSocket ? String(response.socket.getPeerCertificate().subject.CN) : '';
  let body = '';
  for await (const chunk of response) body += chunk;
  return { body, hsts: response.headers['strict-transport-security'], subject };
}

test('the port speaks HTTPS and tells browsers to stay with it', async () => {
  expect(await ask()).toEqual({ body: 'https', hsts: 'max-age=31536000', subject: 'first' });
});

test('a renewed certificate is taken without a restart', async () => {
  certificates.issue('port', 'second');
  let subject = 'first';
  for (let tries = 0; tries < 80 && subject === 'first'; tries++) {
    await sleep(100);
    ({ subject } = await ask());
  }
  expect(subject).toBe('second');
});

test('connections that were used, unused or never shook hands do not hold up the end', async () => {
  const agent = new Agent({ keepAlive: true });
  await ask(agent);
  const silent = connect(port(), '127.0.0.1');
  await once(silent, 'connect');
  const closed = once(silent, 'close');
  const startedAt = performance.now();
  await app.close();
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  agent.destroy();
});
