import { missing, startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSnippet, snippetsOf } from './page.ts';

/** Pages of docs/senders whose shell and JavaScript snippets send events, and what must be found then, by a search. */
const PAGES: readonly { readonly page: string; readonly found: Readonly<Record<string, object>> }[] = [
  {
    page: 'splunk-hec',
    found: {
      'service:from-splunk-hec': {
        source: 'splunk-hec',
        host: 'web-1',
        level: 'error',
        message: 'card refused',
        timestamp: '2025-11-21T08:00:00.500000000Z',
        attributes: { 'splunk.source': '/var/log/pay.log' },
      },
      'service:from-splunk-logging': { level: 'info', message: 'order placed', attributes: { order: '7' } },
    },
  },
];

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

test.skipIf(missing('curl')).each(PAGES)('the snippets of the page $page send events', async ({ page, found }) => {
  for (const snippet of snippetsOf(page))
    if (snippet.language === 'js' || snippet.language === 'sh') await runSnippet(snippet, server);
  for (const [query, event] of Object.entries(found)) {
    await server.waitForCount(query, 1);
    expect((await server.search({ query })).rows).toMatchObject([event]);
  }
});

test.each(PAGES)('the Korean page of $page has the same snippets', ({ page }) => {
  expect(snippetsOf(`${page}.ko`)).toEqual(snippetsOf(page));
});
