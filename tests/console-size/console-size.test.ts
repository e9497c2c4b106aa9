import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = path.resolve(import.meta.dirname, '../../packages/console/dist');
const MAX_FIRST_LOAD_KB = 300;

const built = readdirSync(path.join(DIST, 'assets')).map((name) => `assets/${name}`);

/** What the page names, the screen's own code and styles, and every chunk that those import without waiting for an act. */
function firstLoad(screen: string): string[] {
  const html = readFileSync(path.join(DIST, 'index.html'), 'utf8');
  const files = new Set([
    ...[...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? ''),
    ...built.filter((file) => file.startsWith(`assets/${screen}-`)),
  ]);
  for (const file of files) {
    if (!file.endsWith('.js')) continue;
    const code = readFileSync(path.join(DIST, file), 'utf8');
    for (const match of code.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g))
      files.add(`assets/${match[1]}`);
  }
  return [...files];
}

const gzipKb = (files: readonly string[]): number =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(path.join(DIST, file))).length, 0) / 1_000;

test.each(['ExplorePage', 'SettingsPage', 'SourcesPage', 'PipelinesPage'])(
  'the first load of %s stays within its budget',
  (screen) => {
    const files = firstLoad(screen);
    expect(files.some((file) => file.includes(screen) && file.endsWith('.js'))).toBe(true);
    expect(files.some((file) => file.endsWith('.css'))).toBe(true);
    const kb = gzipKb(files);
    process.stdout.write(`first load of ${screen}: ${kb.toFixed(1)} kB gzip in ${files.length} files\n`);
    expect(kb).toBeLessThanOrEqual(MAX_FIRST_LOAD_KB);
    expect(files.some((file) => /SearchBar/.test(file))).toBe(false);
  },
);
