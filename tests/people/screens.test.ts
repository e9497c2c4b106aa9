import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SIZES, violations } from '../console.ts';
import { accept, join, keyHolder, type Visitor } from './people.ts';
import { CLIENT, startProvider, type TestProvider } from './provider.ts';

describe.skipIf(missing('chromium'))('the settings about people', () => {
  let server: TestServer;
  let provider: TestProvider;
  let browser: Browser;
  let owner: Visitor;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
    provider = await startProvider(`${server.url}/api/v1/sso/callback`, `${server.url}/`);
    await keyHolder(server).ask('POST', '/api/v1/projects', { name: 'Shop' });
    owner = await join(server, 'owner@shop.example', { role: 'owner' });
    await join(server, 'lee@shop.example', { role: 'viewer' });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await provider?.close();
  });

  async function open(
    section: string,
    options: { size?: keyof typeof SIZES; locale?: string } = {},
  ): Promise<{ page: Page; context: BrowserContext; faults: string[] }> {
    const { size = 'desktop', locale = 'en-US' } = options;
    const context = await browser.newContext({ viewport: SIZES[size], locale });
    const [name = '', value = ''] = owner.cookie.split('=');
    await context.addCookies([{ name, value, url: server.url }]);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.setDefaultTimeout(8_000);
    await page.goto(`${server.url}/settings/${section}`);
    return { page, context, faults };
  }

  test('invite by a link, change a role, disable, remove', async () => {
    const { page, context, faults } = await open('members');
    await page.getByText('lee@shop.example').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('E-mail address').fill('choi@shop.example');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
    const link = (await page.locator('pre.people-link').textContent()) ?? '';
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByText('choi@shop.example').waitFor();
    await accept(server, link, 'Choi');
    await page.reload();
    await page.locator('input[aria-label="Role of Choi"]').click();
    await page.getByRole('option', { name: 'Editor' }).click();
    const choi = async () => {
      const { body } = await owner.ask('GET', '/api/v1/members');
      return (body as { members: { email: string }[] }).members.find(({ email }) => email === 'choi@shop.example');
    };
    await expect.poll(choi).toMatchObject({ role: 'editor' });
    await page.getByRole('button', { name: 'More about Choi' }).click();
    await page.getByRole('menuitem', { name: 'Disable' }).click();
    await expect.poll(choi).toMatchObject({ state: 'disabled' });
    await page.getByRole('button', { name: 'More about Choi' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(choi).toBeUndefined();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('make a group and change it', async () => {
    const { page, context, faults } = await open('groups');
    await page.getByText('There are no groups yet.').waitFor();
    await page.getByRole('button', { name: 'New group' }).click();
    await page.getByLabel('Name').fill('On call');
    await page.getByRole('dialog').getByLabel('Members').first().click();
    await page.getByRole('option', { name: /lee@shop/ }).click();
    await page.keyboard.press('Escape');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('1 member').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Name').fill('Nights');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Nights').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('set single sign-on up and switch it off', async () => {
    const { page, context } = await open('sso');
    await page.getByText(`${server.url}/api/v1/sso/callback`).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Name on the button').fill('Shop ID');
    await page.getByLabel('Issuer').fill(provider.issuer);
    await page.getByLabel('Client ID').fill(CLIENT.id);
    await page.locator('input[type=password]').fill(CLIENT.secret);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('One is kept.').waitFor();
    await page.getByRole('button', { name: 'Switch off' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
    await expect.poll(async () => (await owner.ask('GET', '/api/v1/sso')).body).toMatchObject({ sso: null });
    await context.close();
  });

  test('the audit log is read, searched and unfolded', async () => {
    const { page, context, faults } = await open('audit');
    await page.getByText('sign-in.invitation').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Search the audit log').fill('action:groups.change');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByText('groups.change').first().waitFor();
    await expect.poll(() => page.getByText('sign-in.invitation').count()).toBe(0);
    await page.getByText('Details').first().click();
    await page.locator('.audit-json').first().waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each(['members', 'groups', 'sso', 'audit'])('%s fits a phone, in Korean', async (section) => {
    const { page, context } = await open(section, { size: 'phone', locale: 'ko-KR' });
    await page.locator('.settings-page h1').waitFor();
    await page.waitForLoadState('networkidle');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(SIZES.phone.width);
    expect(await violations(page)).toEqual([]);
    await context.close();
  });
});
