import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missingPostgres, startPostgres, type TestPostgres } from '@moalog/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { type Catalog, openCatalog } from './catalog.ts';

/** Runs the tests on both databases. `open` gives an empty catalogue and how to end it. */
export function onBothDatabases(
  what: string,
  tests: (open: () => { catalog: Catalog; dir: string; close: () => Promise<void> }) => void,
): void {
  let postgres: TestPostgres | null = null;
  const withoutPostgres = missingPostgres();
  beforeAll(async () => {
    if (!withoutPostgres) postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  describe.each(['SQLite', 'PostgreSQL'])(`${what} on %s`, (kind) => {
    describe.skipIf(kind === 'PostgreSQL' && withoutPostgres)('', () => {
      tests(() => {
        const dir = mkdtempSync(path.join(tmpdir(), 'moalog-catalog-'));
        const catalog = openCatalog({
          url: kind === 'SQLite' ? undefined : postgres?.database(),
          file: path.join(dir, 'c'),
        });
        const close = async (): Promise<void> => {
          await catalog.destroy();
          rmSync(dir, { recursive: true, force: true });
        };
        return { catalog, dir, close };
      });
    });
  });
}
