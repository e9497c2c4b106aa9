import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createMetrics } from '#metrics';
import { healthRoutes } from './health.ts';
import { createHttpServer } from './server.ts';

async function readiness(reason: string | null, isWarning: boolean): Promise<{ code: number; body: unknown }> {
  const app = createHttpServer({ config: { requestTimeoutMs: 1_000 }, log: pino({ level: 'silent' }) });
  const checks = [{ name: 'part', reason: () => reason, isWarning }];
  await app.register(healthRoutes({ checks, metrics: createMetrics(), beforeScrape: () => {} }));
  const answer = await app.inject('/readyz');
  await app.close();
  return { code: answer.statusCode, body: answer.json() };
}

test('a server is ready when nothing stands in its way; a warning is told and does not', async () => {
  expect((await readiness(null, false)).code).toBe(200);
  expect(await readiness('it is away', false)).toEqual({
    code: 503,
    body: { status: 'not ready', checks: [{ name: 'part', reason: 'it is away', isWarning: false }] },
  });
  expect(await readiness('look at it', true)).toEqual({
    code: 200,
    body: { status: 'ready', checks: [{ name: 'part', reason: 'look at it', isWarning: true }] },
  });
});
