import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adapted, snippet } from './snippet.ts';

const run = promisify(execFile);
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ flags: ['--listeners', 'gelf+udp://127.0.0.1:0 gelf+tcp://127.0.0.1:0'] });
}, 120_000);
afterAll(() => server?.stop());

it.each(['tcp', 'udp'])(
  'the snippet of docs/senders/gelf.md with gelf-pro sends by %s, in chunks when it must',
  async (transport) => {
    const port = String(await server.listenerPort(`gelf-${transport}-0`));
    // Nothing that compresses well: several chunks.
    const long = Array.from({ length: 4_000 }, (_, number) => ((number * 7_919) % 997).toString(36)).join(' ');
    const changes = {
      12201: port,
      "'tcp'": `'${transport}'`,
      checkout: `gelf-${transport}`,
      'payment failed': `payment failed ${long}`,
    };
    const code = adapted(snippet('gelf', 'gelf-pro'), changes);
    await run(process.execPath, ['--input-type=module', '-e', code], { cwd: import.meta.dirname, timeout: 30_000 });
    await server.waitForCount(`service:gelf-${transport}`, 1);
    const { rows } = await server.search({ query: `service:gelf-${transport}`, limit: 1 });
    expect(rows[0]).toMatchObject({ source: 'gelf', level: 'error', attributes: { order: '7' } });
    expect(rows[0]?.message).toContain(long.slice(-50));
  },
);
