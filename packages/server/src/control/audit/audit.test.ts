import Fastify from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';
import { Audit } from './audit.ts';

const actor = { kind: 'person', id: 'usr_1', name: 'kim@shop.example' } as const;
afterEach(() => vi.useRealTimers());

/** A server whose routes note what their name says. */
async function serve(append: (lines: Buffer) => Promise<unknown>) {
  const error = vi.fn();
  const audit = new Audit(append, { error });
  const app = Fastify();
  audit.watch(app);
  const route = (method: 'GET' | 'POST', url: string, scope: string | null, status: number, action?: string): void => {
    app.route({
      method,
      url,
      handler: async (request, reply) => {
        if (scope !== null) audit.note(request, { actor, scope });
        if (action !== undefined) audit.note(request, { actor, action });
        return reply.code(status).send({});
      },
    });
  };
  route('POST', '/api/v1/things', 'write', 201);
  route('GET', '/api/v1/things', 'admin', 200);
  route('POST', '/api/v1/search', 'read', 200);
  route('POST', '/api/v1/forbidden', 'admin', 403);
  route('POST', '/api/v1/wrong', 'admin', 400);
  route('POST', '/api/v1/things/preview', 'write', 200);
  route('POST', '/api/v1/open', null, 200);
  route('POST', '/api/v1/session', null, 401, 'sign-in');
  route('POST', '/api/v1/waits', null, 429, 'sign-in');
  const post = (url: string) => app.inject({ method: 'POST', url, payload: { name: 'x', password: 'p' } });
  return { app, audit, error, post };
}

test('changes and sign-ins are entries, refused ones too; reading, trying and what was wrong are not', async () => {
  const lines: Record<string, unknown>[] = [];
  const { app, audit, post } = await serve(async (buffer) => {
    for (const line of buffer.toString().trim().split('\n')) lines.push(JSON.parse(line));
  });
  for (const url of ['things', 'search', 'forbidden', 'wrong', 'things/preview', 'open', 'session', 'waits'])
    await post(`/api/v1/${url}`);
  await app.inject('/api/v1/things');
  await app.close();
  await audit.close();
  expect(lines.map(({ action, outcome, status }) => [action, outcome, status])).toEqual([
    ['things.create', 'done', 201],
    ['forbidden.create', 'refused', 403],
    ['sign-in', 'refused', 401],
  ]);
  expect(lines[0]).toMatchObject({
    actor,
    target: 'x',
    address: '127.0.0.1',
    after: '{"name":"x","password":"(hidden)"}',
  });
});

test('entries wait while they cannot be stored; at the end the log of the process has what is left', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  let isFull = true;
  let stored = 0;
  const { audit, error, post } = await serve(async (buffer) => {
    if (isFull) throw new Error('disk full');
    stored += buffer.toString().trim().split('\n').length;
  });
  await post('/api/v1/things');
  await post('/api/v1/things');
  expect(stored).toBe(0);
  isFull = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stored).toBe(2);
  isFull = true;
  await post('/api/v1/things');
  const closed = audit.close();
  await vi.advanceTimersByTimeAsync(1_000);
  await closed;
  expect(error).toHaveBeenCalledTimes(1);
});
