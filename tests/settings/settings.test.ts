import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole, SIZES, violations } from '../console.ts';

describe.skipIf(missing('chromium'))('Settings', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = (path: string, options?: BrowserContextOptions) => openConsole(browser, server, path, options);
  const statusWith = async (key: string, path: string, init: RequestInit = {}): Promise<number> =>
    (await fetch(`${server.url}${path}`, { ...init, headers: { 'x-api-key': key } })).status;
  const shownSecret = async (page: Page): Promise<string> => (await page.getByTestId('secret').textContent()) ?? '';

  test('a project is made with its limits, its key is shown once and sends, and every screen knows it at once', async () => {
    const { page, context, faults } = await open('/settings/projects');
    await page.getByRole('row', { name: /default/ }).waitFor();
    await page.keyboard.press('n');
    await page.getByLabel('Name', { exact: false }).first().fill('Shop on AWS');
    await page.getByRole('radio', { name: '#e64980' }).check();
    await page.getByRole('combobox', { name: 'Environments' }).fill('production');
    await page.keyboard.press('Enter');
    await page.getByLabel('Volume per day').fill('2');
    await page.getByLabel('Days kept').fill('14');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create project' }).click();
    const key = await shownSecret(page);
    expect(await statusWith(key, '/api/v1/ingest', { method: 'POST', body: '{"message":"hello"}' })).toBe(202);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    const row = page.getByRole('row', { name: /shop-on-aws/ });
    await row.getByText('14 days').waitFor();
    await row.getByText('production').waitFor();
    expect(await page.content()).not.toContain(key);
    expect(
      await row
        .locator('.dot')
        .evaluate((dot) => (dot instanceof HTMLElement ? dot.style.getPropertyValue('--dot') : '')),
    ).toBe('#e64980');
    await row.getByRole('link', { name: 'Shop on AWS' }).click();
    await page.getByTestId('found').getByText('1 event').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a project is changed, archived, made active and deleted by its name', async () => {
    await server.request('/api/v1/projects', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"Old one"}',
    });
    const { page, context, faults } = await open('/settings/projects');
    const row = page.getByRole('row', { name: /old-one/ });
    const act = async (name: string): Promise<void> => {
      await row.getByRole('button', { name: 'Actions for Old one' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await act('Edit');
    await page.getByLabel('Events per second').fill('500');
    await page.getByRole('button', { name: 'Save' }).click();
    await row.getByText('500 events/s').waitFor();
    await act('Archive');
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await row.getByText('archived').waitFor();
    await act('Make active again');
    await row.getByText('archived').waitFor({ state: 'detached' });
    await act('Delete');
    const confirm = page.getByRole('dialog').getByRole('button', { name: 'Delete' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Type Old one to confirm').fill('Old one');
    await confirm.click();
    await row.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
    await context.close();
  });

  test('what the server refuses is said at the form, which stays as it was filled', async () => {
    const { page, context } = await open('/settings/projects');
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByLabel('Name', { exact: false }).first().fill('Mine');
    await page.getByLabel('Short name').fill('default');
    await page.getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('alert').getByText('There is a project default already').waitFor();
    expect(await page.getByLabel('Short name').inputValue()).toBe('default');
    await context.close();
  });

  test('a key is made for a page, rotated with overlap and revoked; its last use is shown', async () => {
    const { page, context, faults } = await open('/settings/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Name', { exact: false }).first().fill('reader of the shop');
    await page.getByRole('button', { name: 'Create key' }).waitFor();
    await page.getByRole('checkbox', { name: 'Send' }).uncheck();
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Choose at least one.').waitFor();
    await page.getByRole('checkbox', { name: 'Read' }).check();
    await page.getByLabel('Expires').selectOption('30');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create key' }).click();
    const first = await shownSecret(page);
    expect(await statusWith(first, '/api/v1/session')).toBe(200);
    expect(await statusWith(first, '/api/v1/keys')).toBe(403);
    await page.getByRole('button', { name: 'I have stored it' }).click();

    const rows = page.getByRole('row', { name: /reader of the shop/ });
    await rows.getByRole('button', { name: 'Actions for reader of the shop' }).click();
    await page.getByRole('menuitem', { name: 'Rotate' }).click();
    await page.getByLabel('The old key works for').selectOption('1');
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
    const second = await shownSecret(page);
    expect(second).not.toBe(first);
    expect(await statusWith(first, '/api/v1/session')).toBe(200);
    expect(await statusWith(second, '/api/v1/session')).toBe(200);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    const old = rows.filter({ hasText: 'replaced' });
    await old.getByText(/in (59 minutes|1 hour)/).waitFor();
    await old.getByRole('button', { name: 'Actions for reader of the shop' }).click();
    await page.getByRole('menuitem', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await expect.poll(() => rows.count()).toBe(1);
    expect(await statusWith(first, '/api/v1/session')).toBe(401);
    expect(await statusWith(second, '/api/v1/session')).toBe(200);
    await page.reload();
    await rows.getByText(/second|now/).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('who may only read sees the projects and is told why there are no keys', async () => {
    const made = await server.request('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"r","scopes":["read"]}',
    });
    const { secret } = (await made.json()) as { secret: string };
    const { page, context, faults } = await openConsole(
      browser,
      { url: server.url, key: secret },
      '/settings/projects',
    );
    await page.getByRole('row', { name: /default/ }).waitFor();
    expect(await page.getByRole('button', { name: 'New project' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByText('for administrators').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each(Object.entries(SIZES))('on a %s nothing overflows and axe finds nothing', async (_name, viewport) => {
    for (const [locale, colorScheme] of [
      ['en-US', 'light'],
      ['ko-KR', 'dark'],
    ] as const) {
      const { page, context, faults } = await open('/settings/projects', { viewport, locale, colorScheme });
      // Signed in: leaving before that would ask for the key again.
      await page.locator('.list tbody tr').first().waitFor();
      for (const address of ['/settings/projects', '/settings/keys', '/settings/appearance']) {
        await page.goto(`${server.url}${address}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('.list tbody tr, .setting').first().waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
        expect(await violations(page)).toEqual([]);
      }
      expect(faults).toEqual([]);
      await context.close();
    }
  });
});
