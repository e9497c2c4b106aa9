import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missingPostgres, startPostgres, type TestPostgres } from '@moalog/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Catalog, migrateCatalog, openCatalog } from '#catalog';
import { diffLines } from './diff.ts';
import { Pipelines } from './pipelines.ts';

let postgres: TestPostgres | null = null;
const withoutPostgres = missingPostgres();
beforeAll(async () => {
  if (!withoutPostgres) postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

describe.each(['SQLite', 'PostgreSQL'])('pipelines on %s', (kind) => {
  describe.skipIf(kind === 'PostgreSQL' && withoutPostgres)('', () => {
    let dir: string;
    let catalog: Catalog;
    let accepted = 0n;
    let pipelines: Pipelines;
    const save = (project: string, text: string) =>
      pipelines.save(project, { text, note: '', by: 'key_1', base: undefined });

    beforeEach(async () => {
      dir = mkdtempSync(path.join(tmpdir(), 'moalog-pipelines-'));
      catalog = openCatalog({ url: kind === 'SQLite' ? undefined : postgres?.database(), file: path.join(dir, 'c') });
      await migrateCatalog(catalog);
      for (const slug of ['a', 'b'])
        await catalog
          .insertInto('projects')
          .values({
            ...{ slug, name: slug, created_at: '', colour: '', state: 'active' },
            ...{ retention_days: null, max_events_per_second: null, max_bytes_per_day: null },
          })
          .execute();
      accepted = 0n;
      pipelines = new Pipelines(catalog, () => accepted);
    });
    afterEach(async () => {
      await catalog.destroy();
      rmSync(dir, { recursive: true, force: true });
    });

    test('a version is for segments that begin after it was saved; those before stay with theirs', async () => {
      await save('a', 'one');
      accepted = 5_000_000_000n;
      await save('a', 'two');
      await save('b', 'other');
      accepted = 10_000_000_000n;
      await save('a', 'three');
      const at = async (id: bigint) => Object.fromEntries(await pipelines.inForce(id));
      expect(await at(4_999_999_999n)).toEqual({ a: { version: 1, text: 'one' } });
      expect(await at(5_000_000_000n)).toEqual({ a: { version: 2, text: 'two' }, b: { version: 1, text: 'other' } });
      expect(await at(2n ** 63n)).toMatchObject({ a: { version: 3 }, b: { version: 1 } });
    });

    test('who saves beside another gets a conflict, and each version a number of its own', async () => {
      const both = await Promise.allSettled([
        pipelines.save('a', { text: 'x', note: '', by: '', base: 0 }),
        pipelines.save('a', { text: 'y', note: '', by: '', base: 0 }),
      ]);
      expect(both.map((each) => each.status)).toEqual(['fulfilled', 'rejected']);
      expect((await Promise.all([save('a', 'p'), save('a', 'q')])).map(({ version }) => version)).toEqual([2, 3]);
    });

    test('they go with their project', async () => {
      await save('a', 'one');
      await catalog.deleteFrom('projects').where('slug', '=', 'a').execute();
      expect(await pipelines.versions('a')).toEqual([]);
    });
  });
});

describe('a difference', () => {
  test.each<[older: string, newer: string, lines: string[]]>([
    ['', 'a\nb\n', ['+a', '+b']],
    ['a\nb\nc\n', 'a\nc\nd', [' a', '-b', ' c', '+d']],
    ['a\nb', 'b\na', ['-a', ' b', '+a']],
    ['same\n', 'same', [' same']],
    ['a\na\na', 'a\na', [' a', ' a', '-a']],
  ])('of %j and %j', (older, newer, lines) => {
    const marks = { same: ' ', added: '+', removed: '-' };
    expect(diffLines(older, newer).map(({ kind, text }) => marks[kind] + text)).toEqual(lines);
  });

  test('of texts too long to compare still leads from one to the other', () => {
    const [older, newer] = [0, 1].map((start) =>
      Array.from({ length: 3_000 }, (_, i) => `${start + 2 * i}`).join('\n'),
    );
    const lines = diffLines(`top\n${older}`, `top\n${newer}`);
    const texts = (without: string) =>
      lines
        .filter(({ kind }) => kind !== without)
        .map(({ text }) => text)
        .join('\n');
    expect([texts('added'), texts('removed')]).toEqual([`top\n${older}`, `top\n${newer}`]);
  });
});
