import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole, SIZES, violations } from '../console.ts';

const COUNT = 300;
const events = (): string[] =>
  Array.from({ length: COUNT }, (_, i) =>
    JSON.stringify({
      timestamp: new Date(Date.now() - 60_000 - (COUNT - i) * 5_000).toISOString(),
      level: i % 10 === 0 ? 'error' : 'info',
      service: ['payment', 'auth', 'cart'][i % 3],
      message: `took ${i} ms for order ${i}`,
      duration_ms: i,
      'user-agent': i % 2 === 0 ? 'curl/8' : '모아/1',
    }),
  );
const link = (query: string): string => `/?q=${encodeURIComponent(query)}`;

describe.skipIf(missing('chromium'))('A search with pipes', () => {
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

  test('becomes a table in place; a value clicked is searched for, a heading sorts', async () => {
    const { page, context, faults } = await open('/');
    await page.getByTestId('found').getByText('300 events').waitFor();
    await page.locator('[data-search]').click();
    await page.keyboard.type('took | count by service, level | sort -count');
    await page.keyboard.press('Enter');
    await page.getByTestId('result').getByText('6 rows').waitFor();
    expect(await page.locator('.result th').allInnerTexts()).toEqual(['service', 'level', 'count']);
    await page.getByRole('button', { name: 'count', exact: true }).click();
    await page.getByRole('button', { name: 'count', exact: true }).click();
    await expect.poll(() => page.locator('.result-row td:last-child').first().textContent()).toBe('10');
    await page.locator('.result').getByRole('button', { name: 'error' }).first().click();
    await page.getByTestId('result').getByText('3 rows').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('took level:error | count by service, level | sort -count');
    await page
      .locator('.result')
      .getByRole('button', { name: 'cart' })
      .click({ modifiers: ['Alt'] });
    await page.getByTestId('result').getByText('2 rows').waitFor();
    expect(page.url()).toContain('-service%3Acart');
    // Without pipes it is the list again.
    await page.goto(`${server.url}${link('took level:error')}`);
    await page.getByTestId('found').getByText('30 events').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a timechart is drawn; a drag zooms, a name hides its series', async () => {
    const { page, context, faults } = await open(link('| timechart 1m p95(duration_ms) by service'));
    await page.locator('.series-plot path').first().waitFor();
    expect(await page.locator('.series-plot path').count()).toBe(3);
    await page.locator('.series-names').getByRole('button', { name: 'auth' }).click();
    expect(await page.locator('.series-plot path').count()).toBe(2);
    await page.getByText('Bars', { exact: true }).click();
    expect(await page.locator('.series-plot rect').count()).toBeGreaterThan(10);
    const box = await page.locator('.series-plot svg').boundingBox();
    if (box === null) throw new Error('the chart has no place');
    await page.mouse.move(box.x + box.width * 0.6, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.url()).toContain('from=20');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('numbers alone are shown large, and the table is saved as a file', async () => {
    const { page, context } = await open(link('| stats count(), max(duration_ms) as slowest'));
    await page.locator('.result-numbers').getByText('299').waitFor();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByText('Save as CSV').click()]);
    const stream = await file.createReadStream();
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe('count,slowest\r\n300,299\r\n');
    await context.close();
  });

  test('what is wrong is said in Korean, and the right word is a click away', async () => {
    const { page, context } = await open(link('| cuont by service'), { locale: 'ko-KR' });
    await page.getByRole('alert').getByText('cuont이라는 파이프는 없습니다.').waitFor();
    expect(await page.locator('.wrong-query mark').textContent()).toBe('cuont');
    await page.getByRole('button', { name: 'count로 쓰기' }).click();
    await page.getByTestId('result').getByText('3행').waitFor();
    await page.goto(`${server.url}${link('| count service')}`);
    await page.getByRole('alert').getByText('여기에 올 수 있는 것: as, by.').waitFor();
    await context.close();
  });

  test('a field that no event has is answered with the nearest name', async () => {
    const { page, context } = await open(link('| stats avg(durationms)'));
    await page.getByRole('button', { name: 'duration_ms' }).click();
    await page.locator('.result-numbers').getByText('149.5').waitFor();
    await context.close();
  });

  test('pipes, fields, columns and values are completed', async () => {
    const { page, context } = await open('/');
    await page.locator('.cm-content').click();
    const offered = (): Promise<string[]> => page.locator('.cm-completionLabel').allInnerTexts();
    const take = async (label: string): Promise<void> => {
      await expect.poll(offered, { timeout: 6_000 }).toContain(label);
      // A list that has just opened takes no key: it could be meant for what was there before.
      await page.waitForTimeout(150);
      await page.keyboard.press('Tab');
    };
    await page.keyboard.type('took | time');
    await take('timechart');
    await page.keyboard.type('5m avg(dur');
    await take('duration_ms');
    await page.keyboard.type(') as slow by user');
    await take('user-agent');
    await page.keyboard.type(' | where sl');
    await take('slow');
    await page.keyboard.type(' > 1');
    await page.keyboard.press('Enter');
    await page.locator('.series-plot svg').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe(
      'took | timechart 5m avg(duration_ms) as slow by user-agent | where slow > 1',
    );
    await context.close();
  });

  test.each(Object.entries(SIZES))('nothing is inaccessible or off the screen: %s', async (_name, viewport) => {
    for (const [query, colorScheme] of [
      ['| timechart by service', 'dark'],
      ['| top 5 service', 'light'],
    ] as const) {
      const { page, context } = await open(link(query), { viewport, colorScheme });
      await page.locator('.result-row').first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await context.close();
    }
  });
});
