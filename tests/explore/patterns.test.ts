import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole, SIZES, violations } from '../console.ts';

const COUNT = 400;
const message = (i: number): { level: string; message: string } =>
  i % 4 === 0
    ? { level: i % 8 === 0 ? 'error' : 'warn', message: `payment of order ${i} failed after ${i * 3} ms` }
    : { level: 'info', message: `사용자 ${i} 로그인 from 10.0.0.${i % 250}` };
const events = (): string[] =>
  Array.from({ length: COUNT }, (_, i) =>
    JSON.stringify({ timestamp: new Date(Date.now() - 60_000 - (COUNT - i) * 2_000).toISOString(), ...message(i) }),
  );

describe.skipIf(missing('chromium'))('Patterns in Explore', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
    await server.send(events());
    await server.waitForCount('', COUNT);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  const open = (path: string, options?: BrowserContextOptions) => openConsole(browser, server, path, options);

  test('similar messages are one row with what differs marked; its events are a click away, or out of the way', async () => {
    const { page, context, faults } = await open('/');
    await page.getByTestId('found').getByText('400 events').waitFor();
    await page.getByText('Patterns', { exact: true }).click();
    await page.getByTestId('patterns').getByText('2 patterns').waitFor();
    const rows = page.locator('.patterns tbody tr');
    expect(await rows.nth(0).locator('.variable').count()).toBe(2);
    expect(await rows.nth(1).textContent()).toMatch(/^10025%.*payment of order .+ failed after .+/);
    expect(await rows.nth(1).locator('.level-mix span').count()).toBe(2);
    await rows.nth(0).getByRole('button', { name: 'Without these' }).click();
    await page.getByTestId('patterns').getByText('1 pattern').waitFor();
    expect(page.url()).toContain('view=patterns');
    await page.locator('.patterns tbody tr .message').click();
    await page.getByTestId('found').getByText('100 events').waitFor();
    await page.locator('.grid-row').first().waitFor();
    expect(page.url()).not.toContain('view=patterns');
    await page.goBack();
    await page.goBack();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a key opens them, in Korean too, and the link keeps them', async () => {
    const { page, context } = await open('/', { locale: 'ko-KR' });
    await page.getByTestId('found').getByText('400건').waitFor();
    await page.keyboard.press('p');
    await page.getByTestId('patterns').getByText('패턴 2개').waitFor();
    await page.reload();
    await page.getByTestId('patterns').getByText('패턴 2개').waitFor();
    await page.keyboard.press('p');
    await page.locator('.grid-row').first().waitFor();
    await context.close();
  });

  test.each(Object.entries(SIZES))('nothing is inaccessible or off the screen: %s', async (_name, viewport) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      const { page, context } = await open('/?view=patterns', { viewport, colorScheme });
      await page.locator('.patterns tbody tr').first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await context.close();
    }
  });
});
