import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openConsole, SIZES, violations } from '../console.ts';

const TEXT = `processors:
- type: access_log
  format: combined
- type: drop
  when: url.path:/health
`;
const line = (path: string): string =>
  `1.2.3.4 - - [10/Oct/2025:13:55:36 -0700] "GET ${path} HTTP/1.1" 200 10 "-" "curl/8.0"`;

describe.skipIf(missing('chromium'))('the page of pipelines', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
    await server.send([line('/a?x=1'), line('/health'), 'something else']);
    await server.waitForCount('', 3);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = (path: string, options?: BrowserContextOptions) => openConsole(browser, server, path, options);

  test('a pipeline is written, tried on the last events, saved, found again, changed and taken back', async () => {
    const { page, context, faults } = await open('/explore');
    await page.getByRole('link', { name: 'Pipelines' }).click();
    await page.getByText('No pipeline yet').waitFor();
    const editor = page.getByRole('textbox', { name: 'Text of the pipeline' });
    await page.getByRole('button', { name: 'Suggest' }).click();
    await page.getByText('Nothing that is known fits').waitFor();
    await page.keyboard.press('Escape');
    await editor.click();
    await page.keyboard.insertText(TEXT);
    await page.getByTestId('outcome').getByText('1 parsed · 1 failed · 1 dropped').waitFor();
    await page.getByRole('button', { name: /\/a\?x=1/ }).click();
    await page
      .getByRole('row', { name: /^url\.query/ })
      .getByText('x=1')
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Save the pipeline' }).click();
    await page.getByText('Version 1', { exact: true }).waitFor();

    await page.reload();
    await page.getByText('Version 1', { exact: true }).waitFor();
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('- type: upper\n  fields: [message]\n');
    await page.keyboard.press('Control+s');
    await page.getByText('Version 2', { exact: true }).waitFor();

    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('button', { name: /Version 2/ }).click();
    await page.getByText('+ - type: upper').waitFor();
    await page.getByRole('button', { name: 'Use again' }).click();
    await page.getByText('Version 3', { exact: true }).first().waitFor();
    expect(await editor.textContent()).not.toContain('upper');
    expect(faults).toEqual([]);
    await context.close();
  });

  test('what is wrong is said with its place and cannot be saved; what was shown stays', async () => {
    const { page, context } = await open('/pipelines/default');
    await page.getByTestId('outcome').waitFor();
    const editor = page.getByRole('textbox', { name: 'Text of the pipeline' });
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText('processors:\n- type: groc\n');
    await page.getByText(/did you mean grok/).waitFor();
    expect(await page.locator('.q-wrong').allTextContents()).toEqual(['groc']);
    expect(await page.getByRole('button', { name: 'Save the pipeline' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: /something else/ }).count()).toBe(1);
    await context.close();
  });

  test('a pipeline that fits the last events is offered', async () => {
    await server.request('/api/v1/projects', {
      method: 'POST',
      body: JSON.stringify({ name: 'Offered' }),
      headers: { 'content-type': 'application/json' },
    });
    await server.send([line('/a'), line('/b')], { project: 'offered' });
    const { page, context } = await open('/pipelines/offered');
    await page.getByTestId('outcome').getByText('2 parsed').waitFor();
    await page.getByRole('button', { name: 'Suggest' }).click();
    await page.getByRole('menuitem', { name: /Access log \(combined\)/ }).click();
    await page.getByRole('row', { name: /^url\.path/ }).waitFor();
    await context.close();
  });

  test('pasted lines are tried as they are typed', async () => {
    const { page, context } = await open('/pipelines/default');
    await page.getByText('Pasted lines').click();
    await page.getByRole('textbox', { name: 'Pasted lines' }).fill(`${line('/b')}\nno access log`);
    await page.getByTestId('outcome').getByText('1 parsed · 1 failed · 0 dropped').waitFor();
    await page.getByRole('button', { name: /no access log/ }).click();
    await page.getByText('the line is not in this format').waitFor();
    await context.close();
  });

  test('failures lead to their events', async () => {
    await server.send(['not one either']);
    await server.waitForCount('moalog.errors:*', 1);
    const { page, context, faults } = await open('/pipelines/default');
    await page.getByRole('tab', { name: 'Failures' }).click();
    await page
      .getByRole('row', { name: /1 access_log/ })
      .getByRole('link')
      .click();
    await page.getByTestId('found').getByText('1 event').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  test.each(Object.entries(SIZES))('on a %s nothing overflows and axe finds nothing', async (_name, viewport) => {
    for (const [locale, colorScheme] of [
      ['en-US', 'light'],
      ['ko-KR', 'dark'],
    ] as const) {
      const { page, context, faults } = await open('/pipelines/default', { viewport, locale, colorScheme });
      await page.getByTestId('outcome').waitFor();
      await page.locator('.pipeline-steps').waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await violations(page)).toEqual([]);
      expect(faults).toEqual([]);
      if (process.env.SHOT) await page.screenshot({ path: `${process.env.SHOT}-${_name}-${locale}.png` });
      await context.close();
    }
  });
});
