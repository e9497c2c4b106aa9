// `npm run screenshots [-- NAME …]`: pictures for README and docs, all or those named, from the running product with demo data.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { openBrowser, startServer } from '@moalog/testkit';
import type { Page } from 'playwright-core';

const CLI = path.resolve(import.meta.dirname, '../packages/cli/src/main.ts');

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const PICTURES: readonly {
  readonly name: string;
  readonly size: { readonly width: number; readonly height: number };
  readonly locale: string;
  readonly colorScheme: 'light' | 'dark';
  /** What follows the time range in the address. */
  readonly address: string;
  readonly act: (page: Page) => Promise<void>;
}[] = [
  {
    name: 'explore',
    size: DESKTOP,
    locale: 'en-US',
    colorScheme: 'light',
    address: '',
    act: (page) => page.locator('.grid-row').nth(2).click(),
  },
  {
    name: 'explore-ko',
    size: DESKTOP,
    locale: 'ko-KR',
    colorScheme: 'dark',
    address: `&q=${encodeURIComponent('결제')}`,
    act: async (page) => {
      await page.locator('.grid-row', { hasText: 'error' }).first().click();
      await page.getByRole('tab', { name: '트레이스' }).click();
    },
  },
  {
    name: 'explore-standouts',
    size: DESKTOP,
    locale: 'en-US',
    colorScheme: 'dark',
    address: '&q=level%3Aerror',
    act: (page) => page.getByRole('button', { name: 'What stands out' }).click(),
  },
  {
    name: 'explore-chart',
    size: DESKTOP,
    locale: 'en-US',
    colorScheme: 'light',
    address: `&q=${encodeURIComponent('| timechart p95(duration_ms) by service')}`,
    act: async () => {},
  },
  {
    name: 'explore-patterns',
    size: DESKTOP,
    locale: 'ko-KR',
    colorScheme: 'dark',
    address: '&view=patterns&q=-level%3Adebug',
    act: async () => {},
  },
  {
    name: 'explore-phone',
    size: PHONE,
    locale: 'en-US',
    colorScheme: 'dark',
    address: '&q=timeout',
    act: async () => {},
  },
];

const named = process.argv.slice(2);
const server = await startServer();
const browser = await openBrowser();
try {
  const connection = ['--url', server.url, '--key', server.key];
  const sent = spawnSync(
    process.execPath,
    [CLI, 'demo', '--back', '24h', '--events', '120000', '--no-follow', '--seed', '7', ...connection],
    { stdio: 'inherit' },
  );
  if (sent.status !== 0) throw new Error('the demo data could not be sent');
  await server.waitForCount('', 120_000, 60_000);
  for (const { name, size, locale, colorScheme, address, act } of PICTURES.filter(
    ({ name: each }) => named.length === 0 || named.includes(each),
  )) {
    const context = await browser.newContext({ viewport: size, locale, colorScheme, deviceScaleFactor: 1 });
    const page = await context.newPage();
    await page.goto(`${server.url}/?from=now-24h&to=now${address}#key=${server.key}`);
    await page.locator('[data-testid=found], [data-testid=result], [data-testid=patterns]').first().waitFor();
    await page.locator('.grid-row, .patterns tbody tr').first().waitFor();
    await act(page);
    // The editor of the search bar comes after the first rows, and dialogs fade in.
    await page.waitForTimeout(2_500);
    await page.screenshot({ path: `docs/images/${name}.png` });
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
