import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole, violations } from '../console.ts';

describe.skipIf(missing('chromium'))('the shell of the console', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
    await server.send(['{"message":"one","level":"error"}', '{"message":"two","level":"info"}']);
    await server.waitForCount('', 2);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = (path: string, options?: BrowserContextOptions) => openConsole(browser, server, path, options);

  test('the rail leads to a screen and back to Explore as it was left, without loading the page again', async () => {
    const { page, context, faults } = await open('/?q=level%3Aerror');
    await page.getByTestId('found').getByText('1 event').waitFor();
    expect(await page.title()).toBe('Explore · Moalog');
    await page.evaluate(() => Object.assign(window, { sameLife: true }));
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/settings/projects');
    await expect.poll(() => page.title()).toBe('Projects · Settings · Moalog');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.getByRole('link', { name: 'Explore' }).click();
    await page.getByTestId('found').getByText('1 event').waitFor();
    expect(new URL(page.url()).search).toContain('q=level');
    expect(await page.evaluate(() => 'sameLife' in window)).toBe(true);
    await page.goBack();
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    await page.goBack();
    await page.getByTestId('found').getByText('1 event').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('links of before there were screens still open the search', async () => {
    const { page, context } = await open('/?q=two&from=now-24h&to=now');
    await page.getByTestId('found').getByText('1 event').waitFor();
    await page.goto(`${server.url}/explore?q=two&from=now-24h&to=now`);
    await page.getByTestId('found').getByText('1 event').waitFor();
    await context.close();
  });

  test('the palette goes to screens', async () => {
    const { page, context } = await open('/explore');
    await page.getByTestId('found').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('settings');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    await context.close();
  });

  test('an address that is no screen says so and leads on', async () => {
    const { page, context, faults } = await open('/nowhere/else');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByText('/nowhere/else').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Go to Explore' }).click();
    await page.getByTestId('found').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a screen whose code does not come says so; the rest goes on', async () => {
    const { page, context } = await open('/explore');
    await page.getByTestId('found').waitFor();
    await page.route('**/assets/SettingsPage-*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('alert').getByText('This page could not be shown').waitFor();
    await page.getByRole('link', { name: 'Explore' }).click();
    await page.getByTestId('found').waitFor();
    await context.close();
  });

  test('signing out asks for a key, and a session that ended elsewhere does too', async () => {
    const { page, context } = await open('/explore');
    await page.getByTestId('found').waitFor();
    await page.getByRole('button', { name: 'Appearance and sign-out' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.locator('input[type=password]').fill(server.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByTestId('found').waitFor();
    await context.clearCookies();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('heading', { name: 'Sign in to Moalog' }).waitFor();
    await context.close();
  });

  test('theme and language are chosen in the settings and stay', async () => {
    const { page, context } = await open('/settings/appearance');
    await page.getByRole('heading', { name: 'Appearance and language' }).waitFor();
    await page.getByText('Dark', { exact: true }).click();
    await page.getByText('한국어', { exact: true }).click();
    await page.getByRole('heading', { name: '화면과 언어' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '화면과 언어' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset.mantineColorScheme)).toBe('dark');
    await context.close();
  });
});
