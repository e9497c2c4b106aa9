import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let server: TestServer;
const secrets: Record<string, string> = {};

beforeAll(async () => {
  server = await startServer();
  for (const [name, scopes] of Object.entries({ ingest: ['ingest'], read: ['read'] })) {
    const answer = await server.request('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, scopes }),
    });
    expect(answer.status).toBe(201);
    secrets[name] = ((await answer.json()) as { secret: string }).secret;
  }
});
afterAll(async () => {
  await server?.stop();
});

const READS: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/api/v1/search'],
  ['POST', '/api/v1/histogram'],
  ['POST', '/api/v1/facets'],
  ['POST', '/api/v1/explain'],
  ['POST', '/api/v1/export'],
  ['GET', '/api/v1/fields'],
  ['GET', '/api/v1/tail'],
  ['GET', '/api/v1/events/1'],
  ['GET', '/api/v1/events/1/context'],
  ['GET', '/api/v1/session'],
  ['GET', '/api/v1/keys'],
  ['DELETE', '/api/v1/keys/x'],
];

const call = (key: string | undefined, method: string, path: string): Promise<Response> =>
  fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: '{}' } : {}),
  });

describe('an ingest key reads nothing', () => {
  test.each(READS)('%s %s', async (method, path) => {
    expect((await call(secrets.ingest, method, path)).status).toBe(403);
    expect((await call(undefined, method, path)).status).toBe(401);
    expect((await call('mlk_0000000000000000000000000000000000000000', method, path)).status).toBe(401);
  });
  test.each([
    '/api/v1//search',
    '/api/v1/search/',
    '/API/v1/search',
    '/api/v1/ingest/../search',
    '/elasticsearch/../api/v1/search',
    '/elasticsearch/_bulk/../../api/v1/search',
  ])('nor by the path %s', async (path) => {
    expect([401, 403, 404, 405]).toContain((await call(secrets.ingest, 'POST', path)).status);
  });
});

test('a read key sends nothing', async () => {
  for (const path of ['/api/v1/ingest', '/elasticsearch/_bulk'])
    expect((await call(secrets.read, 'POST', path)).status).toBe(403);
  expect((await call(secrets.read, 'GET', '/api/v1/keys')).status).toBe(403);
});

test('a key of one project reaches no other', async () => {
  const answer = await server.request('/api/v1/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'p', scopes: ['read', 'ingest', 'admin'], project: 'default' }),
  });
  const { secret } = (await answer.json()) as { secret: string };
  const search = await fetch(`${server.url}/api/v1/search`, {
    method: 'POST',
    headers: { 'x-api-key': secret, 'content-type': 'application/json' },
    body: '{"project":"other"}',
  });
  expect(search.status).toBe(403);
  expect((await call(secret, 'GET', '/api/v1/keys')).status).toBe(403);
});

test('a revoked key is refused', async () => {
  const { keys } = (await (await server.request('/api/v1/keys')).json()) as {
    keys: { id: string; name: string; prefix: string }[];
  };
  const read = keys.find((key) => key.name === 'read');
  expect((await server.request(`/api/v1/keys/${read?.id}`, { method: 'DELETE' })).status).toBe(204);
  expect((await call(secrets.read, 'POST', '/api/v1/search')).status).toBe(401);
});

test('no secret is answered again, and pages carry the security headers', async () => {
  const listed = await (await server.request('/api/v1/keys')).text();
  expect(listed).not.toContain(server.key);
  const page = await fetch(`${server.url}/`);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(page.headers.get('x-robots-tag')).toContain('noindex');
});

test('a key of an environment sends for that one alone', async () => {
  const make = (body: object) =>
    server.request('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'staging', ...body }),
    });
  expect((await make({ scopes: ['ingest', 'read'], environment: 'staging' })).status).toBe(400);
  const { secret } = (await (await make({ scopes: ['ingest'], environment: 'staging' })).json()) as { secret: string };
  const send = (path: string) =>
    fetch(`${server.url}${path}`, { method: 'POST', headers: { 'x-api-key': secret }, body: '{"message":"bound"}' });
  expect((await send('/api/v1/ingest')).status).toBe(202);
  expect((await send('/api/v1/ingest?environment=staging')).status).toBe(202);
  expect((await send('/api/v1/ingest?environment=production')).status).toBe(403);
  await server.waitForCount('environment:staging message:bound', 2);
});
