import { AxeBuilder } from '@axe-core/playwright';
import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SIZES = {
  phone: { width: 360, height: 740 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1280, height: 800 },
};

function events(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      timestamp: new Date(Date.now() - 60_000 - (count - i) * 500).toISOString(),
      level: i % 10 === 0 ? 'error' : 'info',
      service: i % 2 === 0 ? 'payment' : 'auth',
      host: 'web-1',
      message: i % 10 === 0 ? `upstream timeout number ${i}` : `request ${i} done 결제 완료`,
      http: { status: i % 10 === 0 ? 504 : 200 },
      trace_id: `trace${i % 50}`,
    }),
  );
}

describe.skipIf(missing('chromium'))('Explore', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  async function open(
    path: string,
    options: Parameters<Browser['newContext']>[0] = {},
  ): Promise<{ page: Page; context: BrowserContext; faults: string[] }> {
    const context = await browser.newContext({ viewport: SIZES.desktop, locale: 'en-US', ...options });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('400')) faults.push(message.text());
    });
    page.setDefaultTimeout(8_000);
    await page.goto(`${server.url}${path}#key=${server.key}`);
    return { page, context, faults };
  }

  test('a project without events shows how to send the first, and turns to it when it comes', async () => {
    const { page, context, faults } = await open('/');
    await page.getByRole('heading', { name: 'Send your first logs' }).waitFor();
    expect(await page.locator('pre').first().textContent()).toContain(`${server.url}/api/v1/ingest`);
    await server.send(events(400));
    await page.locator('.grid-row').first().waitFor({ timeout: 15_000 });
    expect(new URL(page.url()).hash).toBe('');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('search, filter by a facet, open an event and its surroundings, and come back by the link', async () => {
    const { page, context, faults } = await open('/');
    await page.getByTestId('found').getByText('400 events').waitFor();
    await page.locator('[data-search]').click();
    await page.keyboard.type('timeout');
    await page.keyboard.press('Enter');
    await page.getByTestId('found').getByText('40 events').waitFor();
    expect(await page.locator('.grid mark').first().textContent()).toBe('timeout');
    await page
      .getByRole('region', { name: 'service', exact: true })
      .getByRole('button', { name: 'payment', exact: true })
      .click();
    await expect.poll(() => page.url()).toContain('service%3Apayment');
    await page.locator('.grid-row').first().click();
    await page.getByText('http.status').last().waitFor();
    await page.getByRole('tab', { name: 'Around it' }).click();
    await page.getByText('Neighbours from the same service and host').waitFor();
    const link = page.url();
    await page.goto(link);
    await page.getByRole('heading', { name: 'Event', exact: true }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a drag over the histogram zooms, Back undoes it', async () => {
    const { page, context } = await open('/');
    await page.getByTestId('found').getByText('400 events').waitFor();
    const box = await page.locator('.histogram svg').boundingBox();
    if (box === null) throw new Error('the histogram has no place');
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.99, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toContain('from=');
    await page.goBack();
    await expect.poll(() => page.url()).not.toContain('from=');
    await context.close();
  });

  test('what is wrong in a search is said, and the list stays', async () => {
    const { page, context } = await open('/', { locale: 'ko-KR' });
    await page.getByTestId('found').getByText('400건').waitFor();
    await page.locator('[data-search]').click();
    await page.keyboard.type('level:error (a');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('괄호가 닫히지 않았습니다').waitFor();
    expect(await page.locator('.grid-row').count()).toBeGreaterThan(5);
    await context.close();
  });

  test('live tail shows what comes in', async () => {
    const { page, context } = await open('/?q=fresh&live=1');
    await page.getByText('events/s').waitFor();
    await server.send(['{"message":"fresh one","level":"warn"}', '{"message":"stale one"}']);
    await page.locator('.grid-row').getByText('fresh').waitFor();
    expect(await page.locator('.grid-row').count()).toBe(1);
    await context.close();
  });

  test('by keyboard alone: search, choose an event, close it', async () => {
    const { page, context } = await open('/');
    await page.getByTestId('found').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('level:error');
    await page.keyboard.press('Enter');
    await page.getByTestId('found').getByText('40 events').waitFor();
    await page.locator('#events').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: 'Event', exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url()).not.toContain('event=');
    await context.close();
  });

  describe.each(Object.entries(SIZES))('on a %s', (_name, viewport) => {
    test.each(['en-US', 'ko-KR'])('in %s nothing overflows and axe finds nothing', async (locale) => {
      const { page, context, faults } = await open('/', {
        viewport,
        locale,
        colorScheme: locale === 'ko-KR' ? 'dark' : 'light',
      });
      await page.getByTestId('found').waitFor();
      await page.locator('[data-search]').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(
        violations.map(
          ({ id, nodes }) =>
            `${id}: ${nodes
              .map((node) => node.html)
              .slice(0, 3)
              .join(' ')}`,
        ),
      ).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    });
  });
});
