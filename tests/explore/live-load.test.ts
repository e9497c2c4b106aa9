import { setTimeout as sleep } from 'node:timers/promises';
import { missing, openBrowser, startServer, type TestServer } from '@moalog/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const EVENTS_PER_SECOND = 5_000;
const SECONDS = 6;
/** A person takes a page that answers later for frozen. Two processors carry server, engine, sender and browser here. */
const MAX_BLOCKED_MS = 500;

interface Watched {
  readonly longest: number;
  readonly frames: number;
  readonly elapsed: number;
}

describe.skipIf(missing('chromium'))('live tail under load', () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('5,000 events a second do not freeze the page, each is shown or counted, and the place in the list is kept', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await server.send(['{"message":"so that it is not the first run"}']);
    await server.waitForCount('', 1);
    await page.goto(`${server.url}/?live=1#key=${server.key}`);
    const status = page.getByTestId('live');
    await status.getByText('events/s').waitFor();
    await page.evaluate(() => {
      const watch = { longest: 0, frames: 0, since: performance.now() };
      (window as unknown as { watch: typeof watch }).watch = watch; // read again below
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) watch.longest = Math.max(watch.longest, entry.duration);
      }).observe({ type: 'longtask' });
      const frame = (): void => {
        watch.frames++;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });

    let sent = 0;
    const batch = EVENTS_PER_SECOND / 10;
    for (const startedAt = Date.now(); sent < EVENTS_PER_SECOND * SECONDS; ) {
      const lines = Array.from(
        { length: batch },
        (_, i) => `{"level":"info","service":"load","message":"event ${sent + i} of many"}`,
      );
      await server.send(lines);
      sent += batch;
      if (sent === batch * 30) {
        // Halfway someone scrolls down to read.
        await page.locator('#events').evaluate((grid) => grid.scrollTo({ top: 400 }));
        await sleep(400);
        await page.locator('#events').evaluate((grid) => {
          grid.dataset.seen = [...grid.querySelectorAll('.grid-row')].map((row) => row.textContent).join('\n');
        });
      }
      await sleep(Math.max(0, startedAt + (sent / EVENTS_PER_SECOND) * 1_000 - Date.now()));
    }

    const counted = async (): Promise<number> =>
      Number(await status.getAttribute('data-received')) + Number(await status.getAttribute('data-skipped'));
    await expect.poll(counted, { timeout: 15_000 }).toBe(sent);
    const watched = await page.evaluate((): Watched => {
      const { watch } = window as unknown as { watch: { longest: number; frames: number; since: number } }; // set above
      return { longest: watch.longest, frames: watch.frames, elapsed: performance.now() - watch.since };
    });
    const perSecond = (1_000 * watched.frames) / watched.elapsed;
    const skipped = Number(await status.getAttribute('data-skipped'));
    console.log(
      `live tail at ${EVENTS_PER_SECOND} events/s: ${perSecond.toFixed(0)} frames/s, longest task ${watched.longest.toFixed(0)} ms, ${sent - skipped} shown, ${skipped} counted as skipped`,
    );
    expect(watched.longest).toBeLessThan(MAX_BLOCKED_MS);
    expect(perSecond).toBeGreaterThan(15);

    const [before, after, top] = await page
      .locator('#events')
      .evaluate((grid) => [
        grid.dataset.seen,
        [...grid.querySelectorAll('.grid-row')].map((row) => row.textContent).join('\n'),
        grid.scrollTop,
      ]);
    expect(top).toBe(400);
    expect(after).toBe(before);
    await page.getByRole('button', { name: /new: jump to the newest/ }).click();
    await page.locator('.grid-row', { hasText: `event ${sent - 1} of many` }).waitFor();
  });
});
