import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { codeAt } from '../../packages/server/src/control/people/totp.ts';
import { SIZES, violations } from '../console.ts';

const OWNER = { name: 'Kim', email: 'kim@shop.example', password: 'correct horse battery' };
/** It is printed a moment after the server answers. */
const setUpLink = (server: TestServer): Promise<string> =>
  vi.waitFor(() => {
    const link = /Console\s+(\S+#setup=\S+)/.exec(server.output())?.[1];
    if (link === undefined) throw new Error(`no link was printed: ${server.output()}`);
    return link;
  });

const post = (server: TestServer, path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

describe('a first start', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server?.stop();
  });

  test('prints a link that makes the owner once; keys work on', async () => {
    const token = (await setUpLink(server)).split('#setup=')[1] ?? '';
    expect(token).toMatch(/^set_[0-9a-f]{40}$/);
    expect(await (await fetch(`${server.url}/api/v1/sign-in`)).json()).toMatchObject({ setUp: true });
    expect((await post(server, '/api/v1/setup', { token: 'set_wrong', ...OWNER })).status).toBe(401);
    expect((await post(server, '/api/v1/setup', OWNER)).status).toBe(401);
    expect((await post(server, '/api/v1/setup', { token, ...OWNER, password: 'short' })).status).toBe(400);
    const around = await post(server, '/api/v1/session', { setUp: token });
    expect(((await around.json()) as { scopes: string[] }).scopes).toContain('admin');

    const made = await post(server, '/api/v1/setup', { token, ...OWNER });
    expect(made.status).toBe(201);
    expect(made.headers.get('set-cookie')).toMatch(/^moalog_session=[\w-]{43}; .*HttpOnly; SameSite=Strict$/);
    expect(await made.json()).toMatchObject({
      person: { name: 'Kim', email: 'kim@shop.example', role: 'owner' },
      projects: [{ slug: 'default', role: 'owner' }],
      scopes: ['read', 'write', 'admin'],
    });
    expect(await (await fetch(`${server.url}/api/v1/sign-in`)).json()).toMatchObject({ setUp: false });
    expect((await post(server, '/api/v1/setup', { token, ...OWNER })).status).toBe(409);
    expect((await post(server, '/api/v1/session', { setUp: token })).status).toBe(409);
    expect((await server.request('/api/v1/keys')).status).toBe(200);
  });

  test('a sign-in reads and changes, sends nothing, and counts from our own pages alone', async () => {
    const cookie = cookieOf(await post(server, '/api/v1/session', OWNER_SIGN_IN));
    const as = (method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
      fetch(`${server.url}${path}`, {
        method,
        headers: { cookie, ...(body && { 'content-type': 'application/json' }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });
    expect((await as('GET', '/api/v1/keys')).status).toBe(200);
    expect((await as('POST', '/api/v1/search', {}, {})).status).toBe(200);
    expect((await as('POST', '/api/v1/ingest', {}, { message: 'x' })).status).toBe(403);
    for (const from of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ])
      expect((await as('PATCH', '/api/v1/profile', from, { name: 'X' })).status).toBe(403);
    expect(await (await as('PATCH', '/api/v1/profile', {}, { name: 'Kim Min', language: 'ko' })).json()).toMatchObject({
      name: 'Kim Min',
      language: 'ko',
    });
    // Signing in from another site would leave people in an account that is not theirs.
    const planted = await post(server, '/api/v1/session', OWNER_SIGN_IN, { 'sec-fetch-site': 'cross-site' });
    expect(planted.status).toBe(403);
    expect((await as('DELETE', '/api/v1/session')).status).toBe(204);
    expect((await as('GET', '/api/v1/profile')).status).toBe(401);
  });

  test('sign-ins are listed and ended; a new password ends the others', async () => {
    const [mine = '', other = ''] = await Promise.all(
      [1, 2].map(async () => cookieOf(await post(server, '/api/v1/session', OWNER_SIGN_IN))),
    );
    const get = async (cookie: string) => fetch(`${server.url}/api/v1/profile/sessions`, { headers: { cookie } });
    const { sessions } = (await (await get(mine)).json()) as { sessions: { id: string; current: boolean }[] };
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    const change = { current: OWNER.password, password: 'another long password' };
    const wrong = await post(server, '/api/v1/profile/password', { ...change, current: 'no' }, { cookie: mine });
    expect(wrong.status).toBe(400);
    expect((await post(server, '/api/v1/profile/password', change, { cookie: mine })).status).toBe(204);
    expect((await get(other)).status).toBe(401);
    expect((await get(mine)).status).toBe(200);
    const id = sessions.find(({ current }) => current)?.id;
    const end = { method: 'DELETE', headers: { cookie: mine } };
    expect((await fetch(`${server.url}/api/v1/profile/sessions/${id}`, end)).status).toBe(204);
    expect((await get(mine)).status).toBe(401);
  });

  const OWNER_SIGN_IN = { email: OWNER.email, password: OWNER.password };
});

test('the owner comes from the configuration too, and then no link is printed', async () => {
  const flags = ['--owner-email', 'Kim@Shop.example', '--owner-password', 'correct horse battery'];
  const server = await startServer({ flags });
  try {
    await vi.waitFor(() => expect(server.output()).toContain('Stop with Ctrl-C'));
    expect(server.output()).not.toContain('setup');
    expect(server.output()).not.toContain('correct horse');
    const answer = await post(server, '/api/v1/session', { email: OWNER.email, password: OWNER.password });
    expect(answer.status).toBe(200);
  } finally {
    await server.stop();
  }
  await expect(startServer({ flags: ['--owner-email', 'kim@shop.example'] })).rejects.toThrow(/go together/);
});

describe.skipIf(missing('chromium'))('the pages before the console', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('from the printed link: look around, make the account, sign out, sign in', async () => {
    const context = await browser.newContext({ viewport: SIZES.desktop, locale: 'en-US' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.setDefaultTimeout(8_000);
    await page.goto(await setUpLink(server));
    await page.getByRole('heading', { name: 'Welcome to Moalog' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(new URL(page.url()).hash).toBe('');
    await page.getByRole('button', { name: 'Look around first' }).click();
    await page.getByRole('heading', { name: 'Send your first logs' }).waitFor();

    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('link', { name: 'Profile' }).click();
    await page.getByLabel('Name').fill(OWNER.name);
    await page.getByLabel('E-mail address').fill(OWNER.email);
    await page.locator('input[type=password]').fill(OWNER.password);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByLabel('Current password').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Sign-ins' }).click();
    await page.getByText('This one').waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Appearance and sign-out' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Moalog' }).waitFor();
    expect(faults.filter((fault) => !fault.includes('401'))).toEqual([]);
    await page.getByLabel('E-mail address').fill(OWNER.email);
    await page.locator('input[type=password]').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.locator('input[type=password]').fill(OWNER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Explore' }).waitFor();
    await context.close();
  });

  test('on a phone, in Korean, and the link after its use', async () => {
    const context = await browser.newContext({ viewport: SIZES.phone, locale: 'ko-KR' });
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    await page.goto(await setUpLink(server));
    await page.getByLabel('이름').fill('이');
    await page.getByLabel('이메일 주소').fill('lee@shop.example');
    await page.locator('input[type=password]').fill('열 글자가 넘는 비밀번호');
    await page.getByRole('button', { name: '계정 만들기' }).click();
    await page.getByRole('alert').getByText('소유자가 이미 있습니다').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(SIZES.phone.width);
    await page.getByRole('button', { name: '로그인하기' }).click();
    await page.getByRole('heading', { name: 'Moalog 로그인' }).waitFor();
    await context.close();
  });

  test('by an invitation, and by a link for a new password', async () => {
    const asAdmin = async (path: string, body: object = {}): Promise<{ link: string }> => {
      const answer = await server.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as { link: string };
    };
    const context = await browser.newContext({ viewport: SIZES.phone, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    const { link } = await asAdmin('/api/v1/invitations', { email: 'choi@shop.example', role: 'viewer' });
    await page.goto(link);
    await page.getByRole('heading', { name: 'You are invited to Moalog' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.getByLabel('E-mail address').inputValue()).toBe('choi@shop.example');
    await page.getByLabel('Name').fill('Choi');
    await page.locator('input[type=password]').fill(OWNER.password);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('link', { name: 'Settings' }).waitFor();
    await page.goto(`${server.url}/settings/profile`);
    await page.getByLabel('Current password').waitFor();

    const members = (await (await server.request('/api/v1/members')).json()) as {
      members: { id: string; email: string }[];
    };
    const id = members.members.find(({ email }) => email === 'choi@shop.example')?.id;
    await page.goto('about:blank');
    await page.goto((await asAdmin(`/api/v1/members/${id}/password-link`)).link);
    await page.locator('input[type=password]').fill('a new long password');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByRole('heading', { name: 'Sign in to Moalog' }).waitFor();
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByRole('alert').getByText('This invitation was used').waitFor();
    await context.close();
  });

  test('with a second factor: set up an app, sign in with its code and with a recovery code', async () => {
    const { link } = (await (
      await server.request('/api/v1/invitations', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'jung@shop.example', role: 'owner' }),
      })
    ).json()) as { link: string };
    const context = await browser.newContext({ viewport: SIZES.desktop, locale: 'en-US' });
    const page = await context.newPage();
    page.setDefaultTimeout(8_000);
    await page.goto(link);
    await page.getByLabel('Name').fill('Jung');
    await page.locator('input[type=password]').fill(OWNER.password);
    await page.getByRole('button', { name: 'Make the account' }).click();
    await page.getByRole('link', { name: 'Settings' }).waitFor();
    await page.goto(`${server.url}/settings/second-factor`);
    await page.locator('input[type=password]').fill(OWNER.password);
    await page.getByRole('button', { name: 'Set up an app' }).click();
    const secret = (await page.locator('[data-secret]').textContent()) ?? '';
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('textbox', { name: 'Code' }).fill(codeAt(secret, Math.floor(Date.now() / 30_000)));
    await page.getByRole('button', { name: 'Switch on' }).click();
    const codes = (await page.locator('pre.code').textContent())?.split('\n') ?? [];
    expect(codes).toHaveLength(10);
    await page.getByRole('button', { name: 'I kept them' }).click();
    await page.getByText('On: signing in asks for a code').waitFor();

    for (const code of [codeAt(secret, Math.floor(Date.now() / 30_000) + 1), codes[0] ?? '']) {
      await context.clearCookies();
      await page.goto(server.url);
      await page.getByLabel('E-mail address').fill('jung@shop.example');
      await page.locator('input[type=password]').fill(OWNER.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('textbox', { name: 'Code' }).fill('000000');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').getByText('This code is wrong').waitFor();
      await page.getByRole('textbox', { name: 'Code' }).fill(code);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('link', { name: 'Explore' }).waitFor();
    }
    await context.close();
  });
});
