import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missing, startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressed, snippetsOf } from './page.ts';

let server: TestServer;
const dir = mkdtempSync(path.join(tmpdir(), 'moalog-prometheus-'));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function rows(statement: string): Promise<unknown[][]> {
  const answer = await server.request('/api/v1/sql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ project: 'default', sql: statement }),
  });
  return ((await answer.json()) as { rows?: unknown[][] }).rows ?? [];
}

test.skipIf(missing('prometheus'))(
  'Prometheus with the configuration of its page sends samples',
  async () => {
    const snippet = snippetsOf('prometheus').find(({ language }) => language === 'yaml');
    if (snippet === undefined) throw new Error('the page has no configuration');
    const config = path.join(dir, 'prometheus.yml');
    writeFileSync(config, addressed(snippet, server).replace('MOALOG_KEY', server.key));
    // It answers on no port, and only remembers a target for its discovery: what it sends is about that target.
    writeFileSync(
      path.join(dir, 'targets.json'),
      JSON.stringify([{ targets: [new URL(server.url).host], labels: { env: 'test' } }]),
    );
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${dir}/tsdb`,
      '--web.listen-address=127.0.0.1:0',
      '--log.level=warn',
    ];
    const prometheus = spawn('prometheus', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    prometheus.stderr.on('data', (chunk) => {
      output += chunk;
    });
    try {
      const select = `SELECT DISTINCT name, kind, value, service, environment, source FROM metrics WHERE name = 'up'`;
      await expect
        .poll(() => rows(select), { timeout: 25_000, interval: 250, message: output })
        .toEqual([['up', 'gauge', 1, 'moalog', 'test', 'prometheus']]);
      const [[counters] = []] = await rows(
        `SELECT uniq(name) FROM metrics WHERE kind = 'sum' AND is_monotonic AND name LIKE '%_total'`,
      );
      expect(Number(counters)).toBeGreaterThan(5);
    } finally {
      prometheus.kill('SIGTERM');
      await once(prometheus, 'exit');
    }
  },
  60_000,
);

test('the Korean page of prometheus has the same snippets', () => {
  expect(snippetsOf('prometheus.ko')).toEqual(snippetsOf('prometheus'));
});
