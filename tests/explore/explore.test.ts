import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole, SIZES, violations } from '../console.ts';

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

  const open = (path: string, options?: BrowserContextOptions) => openConsole(browser, server, path, options);

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
    await page.locator('.facet').nth(2).waitFor();
    await page.locator('[data-search]').click();
    await page.keyboard.type('level:error (a');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('괄호가 닫히지 않았습니다').waitFor();
    expect(await page.locator('.grid-row').count()).toBeGreaterThan(5);
    expect(await page.locator('.histogram rect[data-level]').count()).toBeGreaterThan(1);
    expect(await page.locator('.facet').count()).toBeGreaterThan(1);
    await page.getByTestId('found').getByText('400건').waitFor();
    await context.close();
  });

  test('a live search that is wrong says why and is not asked again', async () => {
    const { page, context } = await open('/?q=level%3A(error&live=1');
    const asked: string[] = [];
    page.on('request', (request) => request.url().includes('/api/v1/tail') && asked.push(request.url()));
    await page.getByRole('alert').getByText('This parenthesis is not closed.').waitFor();
    expect(await page.locator('.wrong-query mark').count()).toBe(1);
    await page.waitForTimeout(2_500);
    expect(asked.length).toBeLessThanOrEqual(1);
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

  test('columns are chosen, moved, made wider and hidden, and the link keeps them', async () => {
    const { page, context } = await open('/');
    await page.locator('.grid-row').first().waitFor();
    await page.getByRole('button', { name: 'View' }).click();
    await page.getByRole('checkbox', { name: 'http.status' }).check();
    await page.getByText('Compact', { exact: true }).click();
    await page.keyboard.press('Escape');
    const names = (): Promise<string[]> => page.getByRole('columnheader').allInnerTexts();
    expect(await names()).toEqual(['Time', 'Level', 'Service', 'http.status', 'Message']);
    await page.locator('.column-name', { hasText: 'http.status' }).click();
    await page.getByRole('menuitem', { name: 'Move to the left' }).click();
    await expect.poll(names).toEqual(['Time', 'Level', 'http.status', 'Service', 'Message']);
    await page
      .getByRole('columnheader', { name: 'http.status' })
      .dragTo(page.getByRole('columnheader', { name: 'Service' }), { targetPosition: { x: 20, y: 10 } });
    await expect.poll(names).toEqual(['Time', 'Level', 'Service', 'http.status', 'Message']);
    const edge = page.getByRole('separator', { name: 'Width of http.status' });
    const before = Number(await edge.getAttribute('aria-valuenow'));
    const box = await edge.boundingBox();
    if (box === null) throw new Error('the edge has no place');
    await page.mouse.move(box.x + 4, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 64, box.y + 8, { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => Number(await edge.getAttribute('aria-valuenow'))).toBe(before + 60);
    await page.reload();
    await expect.poll(names).toEqual(['Time', 'Level', 'Service', 'http.status', 'Message']);
    expect(await page.locator('.grid.compact').count()).toBe(1);
    expect(Number(await edge.getAttribute('aria-valuenow'))).toBe(before + 60);
    await page.locator('.column-name', { hasText: 'http.status' }).click();
    await page.getByRole('menuitem', { name: 'Hide the column' }).click();
    await expect.poll(names).toEqual(['Time', 'Level', 'Service', 'Message']);
    await context.close();
  });

  test('the histogram compares with the period before', async () => {
    await server.send(
      Array.from({ length: 100 }, (_, i) =>
        JSON.stringify({ timestamp: new Date(Date.now() - 5_400_000 - i).toISOString(), message: `older ${i}` }),
      ),
    );
    const { page, context } = await open('/?compare=1');
    await page
      .getByTestId('change')
      .getByText(/\+30\d %/)
      .waitFor();
    expect(await page.locator('.histogram path.previous').count()).toBe(1);
    await context.close();
  });

  test('events are picked, compared field by field and copied', async () => {
    const { page, context } = await open('/');
    await page.locator('.grid-row').nth(3).waitFor();
    await page
      .locator('.grid-row', { hasText: 'timeout' })
      .first()
      .click({ modifiers: ['Control'] });
    await page
      .locator('.grid-row', { hasText: 'done' })
      .first()
      .click({ modifiers: ['Control'] });
    await page.getByText('2 picked').waitFor();
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    const status = page.getByRole('row', { name: 'http.status' });
    expect((await status.getByRole('cell').allInnerTexts()).sort()).toEqual(['200', '504']);
    expect(await page.getByRole('row', { name: 'host' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => page.getByText('2 picked').count()).toBe(0);
    await context.close();
  });

  test('an event shows its trace in order', async () => {
    const { page, context } = await open('/?q=trace_id%3Atrace7');
    await page.locator('.grid-row').first().click();
    await page.getByRole('tab', { name: 'Trace' }).click();
    await page.getByText('8 events of 1 services').waitFor();
    expect(await page.locator('.trace-event').count()).toBe(8);
    await context.close();
  });

  test('colours of a terminal are shown, their codes are not', async () => {
    const escapeCharacter = String.fromCharCode(27);
    await server.send([
      JSON.stringify({ service: 'term', message: `${escapeCharacter}[31mred alert${escapeCharacter}[0m and plain` }),
    ]);
    await server.waitForCount('service:term', 1);
    const { page, context } = await open('/?q=service%3Aterm');
    await page.locator('.grid-row .ansi-1', { hasText: 'red alert' }).waitFor();
    expect(await page.locator('.grid-row').first().textContent()).toContain('red alert and plain');
    await context.close();
  });

  test('what stands out in the errors is named, and a click filters by it', async () => {
    const { page, context, faults } = await open('/?q=level%3Aerror');
    await page.getByTestId('found').waitFor();
    await page.getByRole('button', { name: 'What stands out' }).click();
    const status = page.locator('.standout', { hasText: '504' });
    await status.getByText('100 %').waitFor();
    await page.waitForTimeout(300);
    expect(await violations(page)).toEqual([]);
    await status.click();
    await expect.poll(() => decodeURIComponent(page.url())).toContain('http.status:504');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('a search is saved under a name, and comes back with its range and columns', async () => {
    const { page, context } = await open('/?q=level%3Aerror&from=now-24h&to=now&column=host');
    await page.getByTestId('found').waitFor();
    await page.getByRole('button', { name: 'Saved and recent searches' }).click();
    await page.getByRole('button', { name: 'Save this search' }).click();
    await page.getByLabel('Name').fill('what went wrong');
    await page.keyboard.press('Enter');
    await page.goto(`${server.url}/`);
    await page.getByTestId('found').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('went wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('q=level%3Aerror&from=now-24h&to=now&column=host');
    await context.close();
  });

  test('a question mark shows every key', async () => {
    const { page, context } = await open('/');
    await page.getByTestId('found').waitFor();
    await page.keyboard.press('Shift+?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Up and down the list').waitFor();
    await page.waitForTimeout(300);
    expect(await violations(page)).toEqual([]);
    await context.close();
  });

  test('what is typed before the editor is there stays, cursor and all', async () => {
    const { page, context } = await open('/');
    await page.locator('input[data-search]').waitFor();
    await page.locator('input[data-search]').click();
    await page.keyboard.type('level:error timeout', { delay: 15 });
    await page.locator('.cm-content[data-search]').waitFor();
    await page.keyboard.type('!');
    expect(await page.locator('.cm-content').textContent()).toBe('level:error timeout!');
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
      expect(await violations(page)).toEqual([]);
      await page.locator('.grid-row', { hasText: 'timeout' }).first().click();
      await page.getByText('http.status').last().waitFor();
      await page.waitForTimeout(400); // sheets fade in
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').waitFor();
      await page.waitForTimeout(300);
      expect(await violations(page)).toEqual([]);
      expect(faults).toEqual([]);
      await context.close();
    });
  });
});
