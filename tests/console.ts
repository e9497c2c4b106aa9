import { AxeBuilder } from '@axe-core/playwright';
import type { TestServer } from '@moalog/testkit';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** Widths that every screen is made for. */
export const SIZES = {
  phone: { width: 360, height: 740 },
  tablet: { width: 768, height: 1024 },
  desktop: { width: 1280, height: 800 },
};

/** The console in a browser of its own, signed in. `faults` are errors of its scripts; answers of 400 are what tests ask for. */
export async function openConsole(
  browser: Browser,
  server: Pick<TestServer, 'url' | 'key'>,
  path: string,
  options: BrowserContextOptions = {},
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

/** What axe finds on the page as it is now. */
export async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map((node) => node.html)
        .slice(0, 3)
        .join(' ')}`,
  );
}
