import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SIZES, violations } from '../console.ts';
import { join, keyHolder, nobody, type Visitor, visitor } from './people.ts';
import { CLIENT, startProvider, type TestProvider } from './provider.ts';

let server: TestServer;
let provider: TestProvider;
let owner: Visitor;
const KIM = { sub: 'kim-1', email: 'kim@shop.example', email_verified: true, name: 'Kim' };

beforeAll(async () => {
  server = await startServer();
  provider = await startProvider(`${server.url}/api/v1/sso/callback`, `${server.url}/`);
  owner = await join(server, 'owner@shop.example', { role: 'owner' });
  await keyHolder(server).ask('POST', '/api/v1/projects', { name: 'a' });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await provider?.close();
});

const set = (given: object = {}) =>
  owner.ask('PUT', '/api/v1/sso', {
    name: 'Shop ID',
    issuer: provider.issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scopes: ['groups'],
    ...given,
  });

/** Follows the way through the provider as a browser does, each site with cookies of its own. */
async function through(
  account: TestProvider['account'],
  begin = '/api/v1/sso/begin',
): Promise<{ to: string; cookie: string }> {
  provider.account = account;
  const jars = new Map<string, Map<string, string>>();
  let url = new URL(begin, server.url);
  for (let hops = 0; hops < 12; hops++) {
    const jar = jars.get(url.host) ?? new Map<string, string>();
    jars.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    await answer.body?.cancel();
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      jar.set(name, value);
    }
    const next = answer.headers.get('location');
    if (next === null) throw new Error(`${url}: ${answer.status}`);
    url = new URL(next, url);
    if (url.origin === server.url && !url.pathname.startsWith('/api/'))
      return { to: url.pathname + url.search + url.hash, cookie: `moalog_session=${jar.get('moalog_session') ?? ''}` };
  }
  throw new Error('the redirects never end');
}
const signedIn = async (account: TestProvider['account']): Promise<Visitor> =>
  visitor(server, { cookie: (await through(account)).cookie });
const refusal = async (account: TestProvider['account']): Promise<string> => (await through(account)).to;

test('only owners set it up, the secret is never told, and a provider that does not answer is refused', async () => {
  expect((await nobody(server).ask('GET', '/api/v1/sso/begin')).status).toBe(404);
  const admin = await join(server, 'admin@shop.example', { role: 'admin' });
  const given = { name: 'X', issuer: provider.issuer, clientId: 'x' };
  expect((await admin.ask('PUT', '/api/v1/sso', given)).status).toBe(403);
  expect((await set({ issuer: `${provider.issuer}/nothing` })).status).toBe(400);
  expect((await set({ issuer: 'http://idp.example' })).body).toMatchObject({ detail: expect.stringMatching(/https/) });
  expect((await set()).status).toBe(200);
  const { body } = await admin.ask('GET', '/api/v1/sso');
  expect(body).toMatchObject({
    sso: { name: 'Shop ID', hasSecret: true },
    callbackUrl: `${server.url}/api/v1/sso/callback`,
  });
  expect(JSON.stringify(body)).not.toContain(CLIENT.secret);
  // The kept secret is for that provider alone.
  const { clientSecret: _, ...other } = { clientSecret: '', name: 'Y', issuer: provider.issuer, clientId: 'other' };
  expect((await owner.ask('PUT', '/api/v1/sso', other)).body).toMatchObject({ sso: { hasSecret: false } });
  await set();
  expect((await nobody(server).ask('GET', '/api/v1/sign-in')).body).toMatchObject({ sso: { name: 'Shop ID' } });
});

test('strangers stay out unless everybody may come in; the invited get what the invitation gives', async () => {
  await set();
  expect(await refusal(KIM)).toBe('/#sso=uninvited');
  await owner.ask('POST', '/api/v1/invitations', { email: KIM.email, projects: [{ project: 'a', role: 'editor' }] });
  const kim = await signedIn(KIM);
  expect((await kim.ask('GET', '/api/v1/session')).body).toMatchObject({
    person: { name: 'Kim', role: 'member' },
    projects: [{ slug: 'a', role: 'editor' }],
  });
  expect((await kim.ask('GET', '/api/v1/profile/sessions')).body).toMatchObject({ sessions: [{ method: 'sso' }] });
  await set({ signUp: 'everybody', defaultRole: 'viewer' });
  const lee = await signedIn({ sub: 'lee-1', email: 'lee@shop.example', email_verified: true });
  expect((await lee.ask('GET', '/api/v1/session')).body).toMatchObject({ person: { role: 'viewer' } });
  // The account is the subject's, whatever address it has now.
  const moved = await signedIn({ ...KIM, email: 'kim.new@shop.example' });
  expect((await moved.ask('GET', '/api/v1/profile')).body).toMatchObject({ email: KIM.email });
});

test('an address that nobody verified takes over no account', async () => {
  await set({ signUp: 'everybody' });
  const thief = { sub: 'thief', email: 'owner@shop.example', email_verified: false };
  expect(await refusal(thief)).toBe('/#sso=unverified');
  expect(await refusal({ sub: 'thief' })).toBe('/#sso=no_email');
  await set({ trustEmails: true });
  const trusted = await signedIn({ sub: 'owner-1', email: 'owner@shop.example' });
  expect((await trusted.ask('GET', '/api/v1/session')).body).toMatchObject({ person: { role: 'owner' } });
});

test('groups of the provider give roles and take them away; who was put in by hand stays', async () => {
  await set({ signUp: 'everybody' });
  const han = { sub: 'han-1', email: 'han@shop.example', email_verified: true };
  const { body } = await owner.ask('POST', '/api/v1/groups', {
    name: 'Ops',
    role: 'editor',
    ssoGroups: ['ops', 'sre'],
  });
  const roleOf = async (groups: unknown) => {
    const session = await (await signedIn({ ...han, groups })).ask('GET', '/api/v1/session');
    return (session.body as { person: { role: string } }).person.role;
  };
  expect(await roleOf(['dev'])).toBe('member');
  expect(await roleOf(['dev', 'sre'])).toBe('editor');
  expect(await roleOf('ops')).toBe('editor');
  expect(await roleOf(undefined)).toBe('member');
  const members = (await owner.ask('GET', '/api/v1/members')).body as { members: { id: string; email: string }[] };
  const id = members.members.find(({ email }) => email === han.email)?.id;
  await owner.ask('PATCH', `/api/v1/groups/${(body as { id: string }).id}`, { members: [id] });
  expect(await roleOf([])).toBe('editor');
});

test('an answer that is not of this browser, of another flow, or a refusal lets nobody in', async () => {
  await set({ signUp: 'everybody' });
  const callback = (query: string, cookie = '') =>
    fetch(`${server.url}/api/v1/sso/callback?${query}`, { redirect: 'manual', headers: { cookie } });
  const begun = await fetch(`${server.url}/api/v1/sso/begin`, { redirect: 'manual' });
  const kept = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect(begun.headers.get('set-cookie')).toMatch(/Path=\/api\/v1\/sso; HttpOnly; SameSite=Lax/);
  for (const answer of [
    await callback('code=x&state=y'),
    await callback('code=x&state=y', kept),
    await callback('code=x&state=y', 'moalog_sso=v1:made:up'),
  ]) {
    expect(answer.headers.get('location')).toMatch(/^\/#sso=/);
    expect(answer.headers.getSetCookie().join()).not.toContain('moalog_session');
  }
  expect(await refusal(null)).toBe('/#sso=provider');
});

test('it leads back to the page that was asked for, and to no other site', async () => {
  await set();
  const to = async (wanted: string) => (await through(KIM, `/api/v1/sso/begin?to=${encodeURIComponent(wanted)}`)).to;
  expect(await to('/explore?q=level:error')).toBe('/explore?q=level:error');
  for (const wanted of ['https://evil.example/', '//evil.example', '/\\evil.example', 'explore'])
    expect(await to(wanted)).toBe('/');
});

test('passwords can be left to owners; signing out ends it at the provider too', async () => {
  const admin = await join(server, 'second@shop.example', { role: 'admin' });
  await set({ passwords: false });
  const given = { email: 'second@shop.example', password: 'correct horse battery' };
  expect((await nobody(server).ask('POST', '/api/v1/session', given)).status).toBe(403);
  const own = { email: 'owner@shop.example', password: 'correct horse battery' };
  expect((await nobody(server).ask('POST', '/api/v1/session', own)).status).toBe(200);
  await set();
  const kim = await signedIn(KIM);
  const out = (await kim.ask('DELETE', '/api/v1/session')).body as { signOutUrl: string };
  const url = new URL(out.signOutUrl);
  expect(url.origin).toBe(provider.issuer);
  expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${server.url}/`);
  expect((await fetch(url)).status).toBe(200);
  expect((await kim.ask('GET', '/api/v1/profile')).status).toBe(401);
  expect((await admin.ask('DELETE', '/api/v1/session')).status).toBe(204);
});

describe.skipIf(missing('chromium'))('in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test('the button leads through the provider and back into the console; a refusal is said', async () => {
    await set();
    const context = await browser.newContext({ viewport: SIZES.desktop, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    provider.account = null;
    await page.goto(`${server.url}/settings/profile`);
    await page.getByRole('link', { name: 'Sign in with Shop ID' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Sign in with Shop ID' }).click();
    await page.getByRole('alert').getByText('The provider did not sign you in').waitFor();
    provider.account = KIM;
    await page.goto(`${server.url}/settings/profile`);
    await page.getByRole('link', { name: 'Sign in with Shop ID' }).click();
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings/profile');
    await context.close();
  });
});
