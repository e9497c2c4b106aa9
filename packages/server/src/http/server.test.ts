import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createHttpServer } from './server.ts';

test('a connection that never carried a request does not hold up the end', async () => {
  const app = createHttpServer({ config: { requestTimeoutMs: 60_000 }, log: pino({ level: 'silent' }) });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect(Number(new URL(app.listeningOrigin).port), '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  const startedAt = performance.now();
  await app.close();
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
