import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = path.resolve(import.meta.dirname, '../../packages/console/dist');
const MAX_FIRST_LOAD_KB = 300;

/** What the page names, and every chunk that those import without waiting for an act. */
function firstLoad(): string[] {
  const html = readFileSync(path.join(DIST, 'index.html'), 'utf8');
  const files = new Set(
    [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? ''),
  );
  for (const file of files) {
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(path.join(DIST, file), 'utf8');
    for (const match of code.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g))
      files.add(`assets/${match[1]}`);
  }
  return [...files];
}

test('the first load of Explore, search input included, stays within its budget', () => {
  const files = firstLoad();
  expect(files.some((file) => file.endsWith('.js'))).toBe(true);
  expect(files.some((file) => file.endsWith('.css'))).toBe(true);
  const kb = files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(DIST, file))).length, 0) / 1_000;
  process.stdout.write(`first load: ${kb.toFixed(1)} kB gzip in ${files.length} files\n`);
  expect(kb).toBeLessThanOrEqual(MAX_FIRST_LOAD_KB);
  expect(files.some((file) => /SearchBar/.test(file))).toBe(false);
});
