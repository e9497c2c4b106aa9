// `npm run screenshots`: pictures for README and docs, from the running product with demo data.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { openBrowser, startServer } from '@moalog/testkit';

const CLI = path.resolve(import.meta.dirname, '../packages/cli/src/main.ts');

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
  for (const [name, locale, colorScheme, query] of [
    ['explore', 'en-US', 'light', ''],
    ['explore-ko', 'ko-KR', 'dark', '결제'],
  ] as const) {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      locale,
      colorScheme,
      deviceScaleFactor: 1,
    });
    const page = await context.newPage();
    await page.goto(`${server.url}/?from=now-24h&to=now&q=${encodeURIComponent(query)}#key=${server.key}`);
    await page.getByTestId('found').waitFor();
    await page.locator('.facet').nth(3).waitFor();
    if (name === 'explore') await page.locator('.grid-row').nth(4).click();
    await page.waitForTimeout(1_000);
    await page.screenshot({ path: `docs/images/${name}.png` });
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
}
