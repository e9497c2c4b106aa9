import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole, SIZES, violations } from '../console.ts';

describe.skipIf(missing('chromium'))('Sources', () => {
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

  test('a receiver shows what it brings and what it refused, and leads to its events', async () => {
    await server.send(['{"message":"one"}', '{"message":"two"}']);
    await server.waitForCount('', 2);
    await server.request('/loki/api/v1/push', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: 'nonsense',
    });
    const { page, context, faults } = await open('/sources');
    const row = page.getByRole('row', { name: /JSON lines/ });
    await row.getByText('Receiving').waitFor();
    expect(await row.getByRole('cell').allInnerTexts()).toContain('2');
    await page
      .getByRole('row', { name: /Loki push/ })
      .getByText(/Refused .*:/)
      .waitFor();
    await row.getByRole('link', { name: /ago|now/ }).click();
    await page.getByTestId('found').getByText('2 events').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a page for a sender has this address and a key made here, and what it says works', async () => {
    const { page, context, faults } = await open('/sources');
    await page.getByRole('link', { name: 'JSON lines, JSON or text' }).click();
    await page.getByRole('button', { name: /Make a key/ }).click();
    const snippet = page.locator('pre', { hasText: 'curl' }).first();
    await snippet.filter({ hasText: 'mlk_' }).waitFor();
    const text = await snippet.innerText();
    expect(text).toContain(server.url);
    const key = /mlk_\w+/.exec(text)?.[0] ?? '';
    const answer = await fetch(`${server.url}/api/v1/ingest`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: '{"message":"by its key"}',
    });
    expect(answer.status).toBe(202);
    await page.goto(`${server.url}/sources/no-such-page`);
    await page.getByText('There is no such page').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  describe.each(Object.entries(SIZES))('on a %s', (_name, viewport) => {
    test.each(['en-US', 'ko-KR'])(
      'in %s nothing overflows and axe finds nothing',
      { timeout: 60_000 },
      async (locale) => {
        const { page, context, faults } = await open('/sources', { viewport, locale });
        const overflow = (): Promise<boolean> =>
          page.evaluate(() =>
            [document.documentElement, ...document.querySelectorAll('.page')].some(
              (box) => box.scrollWidth > box.clientWidth,
            ),
          );
        await page.getByRole('row').nth(1).waitFor();
        expect(await overflow()).toBe(false);
        expect(await violations(page)).toEqual([]);
        await page.getByRole('link', { name: 'Syslog' }).click();
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect(await page.getByRole('heading', { level: 1 }).innerText()).toMatch(
          locale === 'ko-KR' ? /[가-힣]/ : /Syslog/,
        );
        expect(await overflow()).toBe(false);
        expect(await violations(page)).toEqual([]);
        expect(faults).toEqual([]);
        await context.close();
      },
    );
  });
});
