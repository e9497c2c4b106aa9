import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { join, keyHolder, nobody, PASSWORD, signIn, type Visitor } from './people.ts';

let server: TestServer;
let owner: Visitor & { id: string };
let viewer: Visitor & { id: string };

beforeAll(async () => {
  server = await startServer();
  await keyHolder(server).ask('POST', '/api/v1/projects', { name: 'a' });
  owner = await join(server, 'owner@shop.example', { role: 'owner' });
  viewer = await join(server, 'viewer@shop.example', { role: 'viewer' });
}, 60_000);
afterAll(async () => {
  await server?.stop();
});

interface Found {
  readonly message: string;
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Entries of the audit log that match, once there are as many. */
async function entries(query: string, count: number): Promise<readonly Found[]> {
  const asked = { project: 'moalog-audit', query, from: 'now-1h', to: 'now+1h', limit: 100 };
  let rows: readonly unknown[] = [];
  await expect
    .poll(
      async () => {
        rows = ((await owner.ask('POST', '/api/v1/search', asked)).body as { rows: readonly unknown[] }).rows;
        return rows.length;
      },
      { timeout: 25_000 },
    )
    .toBe(count);
  return rows as readonly Found[]; // shape of the contract
}

test('a change says who, what, before and after, from where', async () => {
  const change = { role: 'editor', projects: [{ project: 'a', role: 'admin' }] };
  expect((await owner.ask('PATCH', `/api/v1/members/${viewer.id}`, change)).status).toBe(200);
  const [entry] = await entries('action:members.change', 1);
  expect(entry?.message).toBe('owner@shop.example did members.change viewer@shop.example');
  const said = JSON.stringify(entry);
  for (const part of ['127.0.0.1', owner.id, 'done']) expect(said).toContain(part);
  const text = said.replaceAll('\\', '');
  expect(text).toMatch(/"before":"\{[^}]*"role":"viewer"/);
  expect(text).toMatch(/"after":"\{"role":"editor"/);
  await owner.ask('PATCH', `/api/v1/members/${viewer.id}`, { role: 'viewer', projects: [] });
});

test('sign-ins are there, wrong ones too, and no password or token is', async () => {
  await expect(signIn(server, 'viewer@shop.example', 'a wrong password')).rejects.toThrow(/401/);
  await signIn(server, 'viewer@shop.example');
  await nobody(server).ask('POST', '/api/v1/session', { key: server.key });
  expect(await entries('action:sign-in outcome:refused actor.name:viewer@shop.example', 1)).toMatchObject([
    { level: 'warn' },
  ]);
  await entries('action:sign-in outcome:done actor.name:viewer@shop.example', 1);
  await entries('action:sign-in.key actor.name:bootstrap', 1);
  await entries('action:sign-in.invitation', 2);
  const all = JSON.stringify((await owner.ask('POST', '/api/v1/search', everything)).body);
  for (const secret of [PASSWORD, 'a wrong password', server.key]) expect(all).not.toContain(secret);
});
const everything = { project: 'moalog-audit', query: '', from: 'now-1h', to: 'now+1h', limit: 1_000 };

test('what was forbidden is there; what reads is not', async () => {
  expect((await viewer.ask('POST', '/api/v1/keys', { name: 'mine', scopes: ['admin'] })).status).toBe(403);
  await viewer.ask('POST', '/api/v1/search', {});
  const [entry] = await entries('action:keys.create outcome:refused', 1);
  expect(JSON.stringify(entry)).toContain('viewer@shop.example');
  await entries('action:search.create', 0);
});

test('admins of the installation read and export it, nobody else sees or changes it', async () => {
  const make = async (given: object) =>
    ((await keyHolder(server).ask('POST', '/api/v1/keys', { name: 'k', ...given })).body as { secret: string }).secret;
  const as = (key: string, method: string, path: string, body: object) =>
    server.request(path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const reader = await make({ scopes: ['read'] });
  const sender = await make({ scopes: ['ingest'] });
  expect((await as(reader, 'POST', '/api/v1/search', everything)).status).toBe(403);
  expect((await viewer.ask('POST', '/api/v1/search', everything)).status).toBe(403);
  expect((await viewer.ask('POST', '/api/v1/sql', { project: 'moalog-audit', sql: 'SELECT 1' })).status).toBe(403);
  expect((await as(sender, 'POST', '/api/v1/ingest?project=moalog-audit', { message: 'forged' })).status).toBe(403);
  expect((await as(server.key, 'POST', '/api/v1/ingest?project=moalog-audit', { message: 'forged' })).status).toBe(403);
  const refused = [
    ['PATCH', '/api/v1/projects/moalog-audit', { state: 'archived' }],
    ['DELETE', '/api/v1/projects/moalog-audit', { name: 'Audit log' }],
    ['PUT', '/api/v1/pipelines/moalog-audit', { text: '' }],
    ['PUT', `/api/v1/projects/moalog-audit/members/${viewer.id}`, { role: 'viewer' }],
    ['PATCH', `/api/v1/members/${viewer.id}`, { projects: [{ project: 'moalog-audit', role: 'viewer' }] }],
    ['POST', '/api/v1/keys', { name: 'x', scopes: ['read'], project: 'moalog-audit' }],
  ] as const;
  for (const [method, path, body] of refused) expect((await owner.ask(method, path, body)).status, path).toBe(403);
  expect(JSON.stringify((await owner.ask('GET', '/api/v1/projects')).body)).not.toContain('moalog-audit');
  expect(JSON.stringify((await owner.ask('GET', '/api/v1/session')).body)).not.toContain('moalog-audit');
  const { query, from, to } = everything;
  const exported = await as(server.key, 'POST', '/api/v1/export', {
    ...{ project: 'moalog-audit', query, from, to },
    format: 'csv',
  });
  expect(exported.status).toBe(200);
  expect(await exported.text()).toContain('members.change');
});
