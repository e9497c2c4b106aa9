import type { ProjectInfo } from '@moalog/contract';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ['--trusted-proxies', '127.0.0.1'] });
});
afterAll(async () => {
  await server?.stop();
});

const json = (method: string, body: object, headers: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

async function makeProject(wanted: object): Promise<{ project: ProjectInfo; ingestKey: string }> {
  const answer = await server.request('/api/v1/projects', json('POST', wanted));
  expect(answer.status).toBe(201);
  return (await answer.json()) as { project: ProjectInfo; ingestKey: string };
}

async function makeKey(wanted: object): Promise<{ id: string; secret: string }> {
  const answer = await server.request('/api/v1/keys', json('POST', wanted));
  expect(answer.status).toBe(201);
  const { key, secret } = (await answer.json()) as { key: { id: string }; secret: string };
  return { id: key.id, secret };
}

const send = (key: string, lines: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${server.url}/api/v1/ingest`, { method: 'POST', headers: { 'x-api-key': key, ...headers }, body: lines });

const count = async (project: string | string[], key = server.key): Promise<number | string> => {
  const body = { project, query: '', from: 'now-20000d', to: 'now+2d' };
  const answer = await fetch(`${server.url}/api/v1/histogram`, json('POST', body, { 'x-api-key': key }));
  const told = (await answer.json()) as { total?: number; code?: string };
  return told.total ?? told.code ?? '';
};

test('two clouds are two projects: each key sends to its own, and both are searched at once', async () => {
  const aws = await makeProject({ name: 'Shop on AWS' });
  const gcp = await makeProject({ name: 'Shop on GCP', colour: '#00aa00' });
  expect((await send(aws.ingestKey, 'one\ntwo')).status).toBe(202);
  expect((await send(gcp.ingestKey, 'three')).status).toBe(202);
  expect((await send(gcp.ingestKey, 'x', { 'x-moalog-project': 'shop-on-aws' })).status).toBe(403);
  await expect.poll(() => count(['shop-on-aws', 'shop-on-gcp']), { timeout: 10_000 }).toBe(3);
  const { secret } = await makeKey({ name: 'both', scopes: ['read'], projects: ['shop-on-aws', 'shop-on-gcp'] });
  expect(await count('shop-on-gcp', secret)).toBe(1);
  expect(await count(['shop-on-aws', 'shop-on-gcp'], secret)).toBe(3);
  expect(await count(['shop-on-aws', 'default'], secret)).toBe('forbidden');
  const seen = await fetch(`${server.url}/api/v1/projects`, { headers: { 'x-api-key': secret } });
  const { projects } = (await seen.json()) as { projects: ProjectInfo[] };
  expect(projects.map(({ slug, usage }) => [slug, usage.events])).toEqual([
    ['shop-on-aws', 2],
    ['shop-on-gcp', 1],
  ]);
});

test('a project over its limit gets 429 with a time to come back, on every receiver, and shows what was refused', async () => {
  const { project, ingestKey } = await makeProject({ name: 'Small', limits: { bytesPerDay: 10 } });
  expect((await send(ingestKey, 'a line that is longer')).status).toBe(202);
  const refused = await send(ingestKey, 'one\ntwo');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ code: 'project_limit' });
  const bulk = await fetch(`${server.url}/elasticsearch/_bulk`, {
    method: 'POST',
    headers: { 'x-api-key': ingestKey, 'content-type': 'application/x-ndjson' },
    body: '{"index":{"_index":"x"}}\n{"message":"three"}\n',
  });
  expect(bulk.status).toBe(429);
  const shown = (await (await server.request(`/api/v1/projects/${project.slug}`)).json()) as ProjectInfo;
  expect(shown.usage).toMatchObject({ events: 1, refusedEvents: 3 });
  const limits = { limits: { bytesPerDay: null } };
  expect((await server.request('/api/v1/projects/small', json('PATCH', limits))).status).toBe(200);
  expect((await send(ingestKey, 'again')).status).toBe(202);
});

test('an archived project is searched and takes nothing; a deleted one is gone with its events', async () => {
  const { ingestKey } = await makeProject({ name: 'Old' });
  await send(ingestKey, 'kept');
  await expect.poll(() => count('old'), { timeout: 10_000 }).toBe(1);
  const change = (state: string) => server.request('/api/v1/projects/old', json('PATCH', { state }));
  expect((await change('archived')).status).toBe(200);
  expect((await send(ingestKey, 'late')).status).toBe(403);
  expect(await count('old')).toBe(1);
  expect((await change('active')).status).toBe(200);
  expect((await send(ingestKey, 'still on its way')).status).toBe(202);

  const remove = (name: string) => server.request('/api/v1/projects/old', json('DELETE', { name }));
  expect((await remove('old')).status).toBe(400);
  expect((await remove('Old')).status).toBe(202);
  expect(await count('old')).toBe('unknown_project');
  expect((await send(ingestKey, 'x')).status).toBe(401);
  await expect
    .poll(async () => (await server.request('/api/v1/projects', json('POST', { name: 'Old' }))).status, {
      timeout: 20_000,
    })
    .toBe(201);
  expect(await count('old')).toBe(0);
  expect((await server.request('/api/v1/projects/default', json('DELETE', { name: 'Default' }))).status).toBe(400);
});

test('a key bound to addresses works from there alone, as the trusted proxy says', async () => {
  const { secret } = await makeKey({ name: 'office', scopes: ['ingest'], networks: ['10.1.0.0/16', '2001:db8::/32'] });
  const from = async (address: string) => (await send(secret, 'x', { 'x-forwarded-for': address })).status;
  expect(await from('10.1.2.3')).toBe(202);
  expect(await from('2001:db8::7')).toBe(202);
  expect(await from('10.2.0.1')).toBe(403);
  expect(await from('2001:db9::7')).toBe(403);
  expect((await send(secret, 'x')).status).toBe(403);
});

test('pages of a chosen origin send with a public key; others, and reading, stay closed', async () => {
  const origin = 'https://shop.example';
  const { secret } = await makeKey({ name: 'web', scopes: ['ingest'], project: 'default', origins: [origin] });
  const preflight = (of: string) =>
    fetch(`${server.url}/api/v1/ingest`, {
      method: 'OPTIONS',
      headers: { origin: of, 'access-control-request-method': 'POST' },
    });
  const allowed = await preflight(origin);
  expect(allowed.status).toBe(204);
  expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
  expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  expect((await send(secret, 'x', { origin })).status).toBe(202);
  expect((await send(secret, 'x', { origin: 'https://evil.example' })).status).toBe(403);
  expect((await send(secret, 'x')).status).toBe(403);
  const wider = { name: 'w', scopes: ['ingest', 'read'], project: 'default', origins: [origin] };
  expect((await server.request('/api/v1/keys', json('POST', wider))).status).toBe(400);
});

test('a rotated key and its successor both work, and the old one ends when no overlap is wanted', async () => {
  const old = await makeKey({ name: 'agent', scopes: ['ingest'] });
  const rotate = async (id: string, overlapHours: number) => {
    const answer = await server.request(`/api/v1/keys/${id}/rotate`, json('POST', { overlapHours }));
    expect(answer.status).toBe(201);
    return (await answer.json()) as { key: { id: string }; secret: string };
  };
  const next = await rotate(old.id, 1);
  expect([(await send(old.secret, 'x')).status, (await send(next.secret, 'x')).status]).toEqual([202, 202]);
  const last = await rotate(next.key.id, 0);
  expect([(await send(next.secret, 'x')).status, (await send(last.secret, 'x')).status]).toEqual([401, 202]);
});

test('HSTS is told behind TLS alone', async () => {
  const header = async (proto: string) =>
    (await fetch(`${server.url}/healthz`, { headers: { 'x-forwarded-proto': proto } })).headers.get(
      'strict-transport-security',
    );
  expect(await header('https')).toContain('max-age');
  expect(await header('http')).toBeNull();
});
