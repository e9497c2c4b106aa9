import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { missing, startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSnippet, snippetsOf } from './page.ts';

/** Pages of docs/senders whose shell and JavaScript snippets send events, and what must be found then, by a search. */
const PAGES: readonly { readonly page: string; readonly found: Readonly<Record<string, object>> }[] = [
  {
    page: 'opentelemetry',
    found: {
      'service:from-otlp-json': {
        source: 'otlp',
        level: 'error',
        message: 'card refused',
        timestamp: '2025-11-21T08:00:00.500000000Z',
      },
      'service:from-otlp-sdk': {
        level: 'info',
        message: 'order placed',
        attributes: { order: '7', 'otel.scope.name': 'shop' },
      },
    },
  },
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
  {
    page: 'loki',
    found: {
      'service:from-loki': {
        source: 'loki-push',
        level: 'error',
        message: 'payment failed',
        timestamp: '2025-11-21T08:00:00.123456789Z',
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        attributes: { pod: 'checkout-1' },
      },
      'service:from-pino-loki': { level: 'info', message: 'order placed', attributes: { order: '7' } },
      'service:from-winston-loki': { level: 'warn', message: 'stock is low', attributes: { item: 'tea' } },
    },
  },
  {
    page: 'datadog',
    found: {
      'service:from-datadog': {
        source: 'datadog',
        host: 'web-1',
        level: 'error',
        environment: 'prod',
        message: 'payment failed',
        attributes: { version: '1.2', ddsource: 'nginx' },
      },
      'service:from-datadog-winston': {
        level: 'info',
        environment: 'prod',
        host: 'web-2',
        message: 'order placed',
        attributes: { order: '7', ddsource: 'nodejs' },
      },
    },
  },
  {
    page: 'aws-firehose',
    found: {
      'service:from-firehose': {
        source: 'aws-firehose',
        level: 'error',
        message: 'ERROR card refused',
        timestamp: '2025-11-21T08:00:00.000000000Z',
        attributes: { 'aws.log_group': '/aws/lambda/from-firehose', 'cloud.account.id': '111111111111' },
      },
    },
  },
  {
    page: 'gcp-pubsub',
    found: {
      'service:from-pubsub': {
        source: 'gcp-pubsub',
        level: 'error',
        message: 'card refused',
        timestamp: '2026-11-21T08:00:00.123456789Z',
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        attributes: { 'resource.type': 'cloud_run_revision' },
      },
    },
  },
  {
    page: 'azure-monitor',
    found: {
      'service:from-azure': {
        source: 'azure-monitor',
        level: 'error',
        message: 'card refused',
        timestamp: '2026-11-21T08:00:00.123456700Z',
        attributes: { category: 'AppServiceConsoleLogs', 'azure.resource_group': 'shop-rg' },
      },
    },
  },
  {
    page: 'heroku',
    found: {
      'service:from-heroku': {
        source: 'heroku-logplex',
        message: 'State changed from starting to up',
        timestamp: '2025-11-30T06:45:29.000000000Z',
        attributes: { 'heroku.dyno': 'web.3', 'heroku.source': 'app' },
      },
    },
  },
  {
    page: 'vercel',
    found: {
      'service:from-vercel': {
        source: 'vercel-drain',
        level: 'error',
        environment: 'production',
        message: 'card refused',
        timestamp: '2025-11-21T08:00:00.123000000Z',
      },
    },
  },
  {
    page: 'cloudflare',
    found: {
      'host:from-cloudflare.example.com': {
        source: 'cloudflare-logpush',
        message: 'GET from-cloudflare.example.com/pay 502',
        timestamp: '2025-11-21T08:00:00.123456789Z',
        attributes: { RayID: '3a6050bcbe121a87', EdgeResponseStatus: '502' },
      },
    },
  },
  {
    page: 'gelf',
    found: {
      'service:from-gelf': {
        source: 'gelf-http',
        host: 'web-1',
        level: 'error',
        message: 'card refused',
        attributes: { user_id: '42', full_message: 'Error: card refused\n  at pay' },
      },
    },
  },
  {
    page: 'http',
    found: {
      'service:from-http "stock is low"': { source: 'json-lines', level: 'warn', attributes: { 'item.id': '7' } },
      'service:from-http "plain text"': { level: 'error', message: 'plain text ERROR too' },
      'service:from-fetch': { environment: 'prod', message: 'order placed', attributes: { 'order.id': '7' } },
    },
  },
  {
    page: 'elasticsearch',
    found: {
      'service:from-elasticsearch': {
        source: 'elasticsearch-bulk',
        level: 'error',
        message: 'card refused',
        attributes: { 'elasticsearch.index': 'logs-shop' },
      },
      'service:from-elastic-client': { message: 'order placed' },
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

test.skipIf(missing('systemd-journal-upload'))(
  'systemd-journal-upload, with the configuration of the page journald',
  async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'moalog-journal-'));
    try {
      const fields =
        '__REALTIME_TIMESTAMP=1763712000123456\n_BOOT_ID=f1ac7a7c7f5b4b6f9f8e3f0d8a0a6e4b\n_SYSTEMD_UNIT=from-journald.service\n_HOSTNAME=web-1\nPRIORITY=4\nMESSAGE=stock is low\n\n';
      writeFileSync(path.join(dir, 'in.export'), fields);
      const journal = path.join(dir, 'in.journal');
      execFileSync('/lib/systemd/systemd-journal-remote', ['-o', journal, path.join(dir, 'in.export')], {
        stdio: 'ignore',
      });
      const [conf] = snippetsOf('journald');
      const url = /^URL=(.*)$/m.exec(conf?.text ?? '')?.[1] ?? '';
      const args = [`--url=${url.replace('mlk_…', server.key).replace('127.0.0.1:3080', new URL(server.url).host)}`];
      args.push(`--file=${journal}`, `--save-state=${path.join(dir, 'state')}`, '--follow=no');
      await promisify(execFile)('/lib/systemd/systemd-journal-upload', args, { timeout: 20_000 });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    await server.waitForCount('service:from-journald', 1);
    expect((await server.search({ query: 'service:from-journald' })).rows).toMatchObject([
      {
        source: 'journald',
        host: 'web-1',
        level: 'warn',
        message: 'stock is low',
        timestamp: '2025-11-21T08:00:00.123456000Z',
      },
    ]);
  },
);

test('the Korean page of journald has the same snippets', () => {
  expect(snippetsOf('journald.ko')).toEqual(snippetsOf('journald'));
});

test.each(['', '.ko'])('the index of senders%s lists every page', (language) => {
  const dir = path.resolve(import.meta.dirname, '../../docs/senders');
  const pages = readdirSync(dir).filter((file) => (language === '' ? /^[a-z-]+\.md$/ : /^[a-z-]+\.ko\.md$/).test(file));
  const index = readFileSync(path.join(dir, `README${language}.md`), 'utf8');
  expect([...index.matchAll(/\]\((.*?)\)/g)].map(([, file]) => file).sort()).toEqual(pages.sort());
});
