import { missingPostgres, startPostgres, startServer, type TestPostgres, type TestServer } from '@moalog/testkit';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accept, join, keyHolder, nobody, PASSWORD, signIn, type Visitor } from './people.ts';

let server: TestServer;
let smtp: SMTPServer;
/** These go through PostgreSQL where there is one; the other tests of people through SQLite. */
let postgres: TestPostgres | null = null;
const mails: { to: string[]; text: string }[] = [];
let admin: Visitor & { id: string };
let owner: Visitor & { id: string };

beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.startsWith('refused') ? new Error('no such mailbox') : undefined),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, text: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const address = smtp.server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  if (!missingPostgres()) postgres = await startPostgres();
  const catalog = postgres === null ? [] : ['--catalog-url', postgres.database()];
  server = await startServer({
    flags: ['--mail-url', `smtp://127.0.0.1:${port}`, '--public-url', 'https://logs.shop.example/', ...catalog],
  });
  for (const name of ['a', 'b']) await keyHolder(server).ask('POST', '/api/v1/projects', { name });
  owner = await join(server, 'owner@shop.example', { role: 'owner', mail: false });
  admin = await join(server, 'admin@shop.example', { role: 'admin', mail: false });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await postgres?.stop();
  await new Promise<void>((resolve) => smtp.close(resolve));
});

test('an invitation comes by mail, for its address, once', async () => {
  const wanted = { email: 'Lee@Shop.example', projects: [{ project: 'a', role: 'viewer' }], language: 'ko' };
  const { status, body } = await admin.ask('POST', '/api/v1/invitations', wanted);
  expect({ status, body }).toMatchObject({ status: 201, body: { mail: 'sent', invitation: { invitedBy: 'admin' } } });
  const { link } = body as { link: string };
  expect(link).toMatch(/^https:\/\/logs\.shop\.example\/#invitation=[\w-]{43}$/);
  expect(mails.at(-1)?.to).toEqual(['lee@shop.example']);
  const quoted = mails.at(-1)?.text.replaceAll(/=\r?\n/g, '') ?? '';
  const text = /base64/i.test(quoted) ? Buffer.from(quoted.split('\r\n\r\n')[1] ?? '', 'base64').toString() : quoted;
  expect(text.replaceAll('=3D', '=')).toContain(link);

  const token = link.split('=')[1];
  const looked = await nobody(server).ask('POST', '/api/v1/invitations/look', { token });
  expect(looked.body).toEqual({ email: 'lee@shop.example', invitedBy: 'admin' });
  const lee = await accept(server, link, 'Lee');
  expect((await lee.ask('GET', '/api/v1/session')).body).toMatchObject({
    person: { name: 'Lee', role: 'member' },
    projects: [{ slug: 'a', role: 'viewer' }],
    scopes: ['read'],
  });
  await expect(accept(server, link, 'Again')).rejects.toThrow(/404/);
  expect((await admin.ask('POST', '/api/v1/invitations', wanted)).status).toBe(409);
});

test('a mail that is not taken leaves the link to be passed on', async () => {
  const { body } = await admin.ask('POST', '/api/v1/invitations', { email: 'refused@shop.example' });
  expect(body).toMatchObject({ mail: 'failed', link: expect.stringContaining('#invitation=') });
});

test('an invitation that is taken back, or made anew, works no more', async () => {
  const invite = async () =>
    (await admin.ask('POST', '/api/v1/invitations', { email: 'choi@shop.example', mail: false })).body as {
      link: string;
      invitation: { id: string };
    };
  const first = await invite();
  const second = await invite();
  await expect(accept(server, first.link, 'Choi')).rejects.toThrow(/404/);
  expect((await admin.ask('DELETE', `/api/v1/invitations/${second.invitation.id}`)).status).toBe(204);
  await expect(accept(server, second.link, 'Choi')).rejects.toThrow(/404/);
});

test('admins neither make nor touch owners, and the last owner stays', async () => {
  const refused = [
    ['POST', '/api/v1/invitations', { email: 'x@shop.example', role: 'owner' }],
    ['PATCH', `/api/v1/members/${admin.id}`, { role: 'owner' }],
    ['PATCH', `/api/v1/members/${owner.id}`, { role: 'viewer' }],
    ['DELETE', `/api/v1/members/${owner.id}`, undefined],
    ['DELETE', `/api/v1/members/${owner.id}/sessions`, undefined],
    ['POST', `/api/v1/members/${owner.id}/password-link`, {}],
    ['POST', '/api/v1/groups', { name: 'Bosses', role: 'owner' }],
    // With a key of all rights an admin would be an owner.
    ['POST', '/api/v1/keys', { name: 'all', scopes: ['admin'] }],
  ] as const;
  for (const [method, path, body] of refused) expect((await admin.ask(method, path, body)).status, path).toBe(403);
  for (const change of [{ role: 'admin' }, { state: 'disabled' }])
    expect((await owner.ask('PATCH', `/api/v1/members/${owner.id}`, change)).status).toBe(409);
  expect((await owner.ask('DELETE', `/api/v1/members/${owner.id}`)).status).toBe(409);
  const second = await join(server, 'owner2@shop.example', { role: 'owner', mail: false });
  expect((await second.ask('PATCH', `/api/v1/members/${owner.id}`, { role: 'admin' })).status).toBe(200);
  expect((await owner.ask('PATCH', `/api/v1/members/${second.id}`, { role: 'admin' })).status).toBe(403);
  expect((await second.ask('PATCH', `/api/v1/members/${owner.id}`, { role: 'owner' })).status).toBe(200);
});

test('an owner by a group is an owner to admins', async () => {
  const deputy = await join(server, 'deputy@shop.example', { role: 'admin', mail: false });
  const made = await owner.ask('POST', '/api/v1/groups', { name: 'Owners', role: 'owner', members: [deputy.id] });
  const { id } = made.body as { id: string };
  const refused = [
    ['POST', `/api/v1/members/${deputy.id}/password-link`, {}],
    ['DELETE', `/api/v1/members/${deputy.id}/second-factor`, undefined],
    ['DELETE', `/api/v1/members/${deputy.id}`, undefined],
    ['POST', '/api/v1/invitations', { email: 'mine@shop.example', groups: [id] }],
    ['PATCH', `/api/v1/groups/${id}`, { members: [admin.id] }],
    ['PATCH', `/api/v1/groups/${id}`, { ssoGroups: ['everybody'] }],
  ] as const;
  for (const [method, path, body] of refused) expect((await admin.ask(method, path, body)).status, path).toBe(403);
  const keys = (await owner.ask('GET', '/api/v1/keys')).body as { keys: { id: string; name: string }[] };
  const bootstrap = keys.keys.find(({ name }) => name === 'bootstrap')?.id;
  expect((await admin.ask('POST', `/api/v1/keys/${bootstrap}/rotate`, {})).status).toBe(403);
  expect((await deputy.ask('POST', '/api/v1/keys', { name: 'all', scopes: ['admin'] })).status).toBe(201);
  expect((await owner.ask('DELETE', `/api/v1/groups/${id}`)).status).toBe(204);
});

test('a change of roles, a group, disabling and removing count at once', async () => {
  const park = await join(server, 'park@shop.example', { mail: false });
  const reads = async () => (await park.ask('POST', '/api/v1/search', { project: 'b' })).status;
  expect(await reads()).toBe(403);
  await admin.ask('PATCH', `/api/v1/members/${park.id}`, { projects: [{ project: 'b', role: 'viewer' }] });
  expect(await reads()).toBe(200);
  await admin.ask('PATCH', `/api/v1/members/${park.id}`, { projects: [] });
  expect(await reads()).toBe(403);
  const wanted = { name: 'On call', members: [park.id], projects: [{ project: 'b', role: 'editor' }] };
  const { body } = await admin.ask('POST', '/api/v1/groups', wanted);
  const group = body as { id: string };
  expect(await reads()).toBe(200);
  expect((await admin.ask('POST', '/api/v1/groups', wanted)).status).toBe(409);
  expect((await admin.ask('PATCH', `/api/v1/groups/${group.id}`, { members: ['usr_none'] })).status).toBe(400);
  expect((await admin.ask('GET', '/api/v1/members')).body).toMatchObject({
    members: expect.arrayContaining([
      expect.objectContaining({ email: 'park@shop.example', groups: [{ id: group.id, name: 'On call' }] }),
    ]),
  });
  await admin.ask('PATCH', `/api/v1/groups/${group.id}`, { members: [] });
  expect(await reads()).toBe(403);
  await admin.ask('PATCH', `/api/v1/groups/${group.id}`, { members: [park.id], role: 'viewer', projects: [] });
  expect(await reads()).toBe(200);
  expect((await admin.ask('DELETE', `/api/v1/groups/${group.id}`)).status).toBe(204);
  expect(await reads()).toBe(403);
  await admin.ask('PATCH', `/api/v1/members/${park.id}`, { state: 'disabled' });
  expect(await reads()).toBe(401);
  await expect(signIn(server, 'park@shop.example')).rejects.toThrow(/401/);
  expect((await admin.ask('DELETE', `/api/v1/members/${park.id}`)).status).toBe(204);
});

test("a project's admin gives roles there and nowhere else", async () => {
  const lead = await join(server, 'lead@shop.example', { projects: [{ project: 'a', role: 'admin' }], mail: false });
  const han = await join(server, 'han@shop.example', { mail: false });
  const put = (project: string, id: string, role: string) =>
    lead.ask('PUT', `/api/v1/projects/${project}/members/${id}`, { role });
  expect((await put('a', 'han@shop.example', 'editor')).status).toBe(200);
  expect((await put('b', han.id, 'viewer')).status).toBe(403);
  expect((await put('a', han.id, 'owner')).status).toBe(403);
  expect((await put('a', 'unknown@shop.example', 'viewer')).status).toBe(404);
  expect((await lead.ask('GET', '/api/v1/projects/a/members')).body).toMatchObject({
    members: expect.arrayContaining([
      expect.objectContaining({ email: 'han@shop.example', role: 'editor', given: 'editor' }),
      expect.objectContaining({ email: 'admin@shop.example', role: 'admin', given: null }),
    ]),
  });
  const invite = (given: object) =>
    lead.ask('POST', '/api/v1/invitations', { email: 'new@shop.example', mail: false, ...given });
  expect((await invite({ projects: [{ project: 'a', role: 'viewer' }] })).status).toBe(201);
  for (const beyond of [
    {},
    { role: 'viewer' },
    { projects: [{ project: 'b', role: 'viewer' }] },
    { projects: [{ project: 'a', role: 'owner' }] },
  ])
    expect((await invite(beyond)).status, JSON.stringify(beyond)).toBe(403);
  const { body } = await lead.ask('GET', '/api/v1/invitations');
  expect((body as { invitations: { email: string }[] }).invitations.map(({ email }) => email)).toEqual([
    'new@shop.example',
  ]);
  expect((await lead.ask('DELETE', `/api/v1/projects/a/members/${han.id}`)).status).toBe(200);
  expect((await han.ask('POST', '/api/v1/search', { project: 'a' })).status).toBe(403);
});

test('a link sets a new password, once, and ends all sign-ins', async () => {
  const jung = await join(server, 'jung@shop.example', { mail: false });
  const { body } = await admin.ask('POST', `/api/v1/members/${jung.id}/password-link`);
  const token = (body as { link: string }).link.split('#password=')[1];
  const reset = (password: string) => nobody(server).ask('POST', '/api/v1/password', { token, password });
  expect((await reset('jung@shop.example')).status).toBe(400);
  expect((await reset('a new long password')).status).toBe(204);
  expect((await reset('another long password')).status).toBe(404);
  expect((await jung.ask('GET', '/api/v1/profile')).status).toBe(401);
  await expect(signIn(server, 'jung@shop.example', PASSWORD)).rejects.toThrow(/401/);
  await signIn(server, 'jung@shop.example', 'a new long password');
});
