import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'moalog-start-'));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

test('what was accepted is there after a stop and a start that takes under 3 s', { timeout: 90_000 }, async () => {
  const first = await startServer({ dataDir });
  await first.send(Array.from({ length: 1_000 }, (_, i) => `{"message":"line ${i}","batch":"one"}`));
  const stopping = Date.now();
  // Stopped at once: most of it is still in the spool.
  expect(await first.stop()).toBe(0);
  expect(Date.now() - stopping).toBeLessThan(10_000);

  const tookMs: number[] = [];
  // Other tests run at the same time: the best of three counts.
  for (let start = 0; start < 3 && Math.min(...tookMs) >= 3_000; start++) {
    const startedAt = Date.now();
    const again = await startServer({ dataDir });
    tookMs.push(Date.now() - startedAt);
    await again.waitForCount('batch:one', 1_000);
    await expect(startServer({ dataDir })).rejects.toThrow(/Another Moalog/);
    expect(await again.stop()).toBe(0);
  }
  expect(Math.min(...tookMs)).toBeLessThan(3_000);
});

test('a port in use, a directory that cannot be written and too little room are told in a line', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startServer({ flags: ['--http-port', String(port)] })).rejects.toThrow(
    new RegExp(`Port ${port} is in use`),
  );
  taken.close();

  const file = path.join(dataDir, 'a-file');
  writeFileSync(file, '');
  await expect(startServer({ dataDir: path.join(file, 'below') })).rejects.toThrow(/cannot be written/);
  await expect(startServer({ flags: ['--min-free-bytes', String(2 ** 50)] })).rejects.toThrow(/MiB are needed/);
  await expect(startServer({ flags: ['--tls-key', file] })).rejects.toThrow(/go together/);
  await expect(startServer({ flags: ['--tls-key', file, '--tls-certificate', file] })).rejects.toThrow(
    /cannot be used for TLS/,
  );
  await expect(startServer({ flags: ['--no-such-option', '1'] })).rejects.toThrow(/there is no such option/);
});
