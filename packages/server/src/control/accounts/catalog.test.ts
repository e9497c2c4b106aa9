import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { missingPostgres, startPostgres, type TestPostgres } from '@moalog/testkit';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Catalog, migrateCatalog, openCatalog } from '#catalog';
import { ensureBootstrapKey } from './bootstrap-key.ts';
import { Erasure } from './erasure.ts';
import { hashSecret, Keys } from './keys.ts';
import { Projects, slugOf } from './projects.ts';
import { Sessions } from './sessions.ts';
import { Usage } from './usage.ts';

let postgres: TestPostgres | null = null;
const withoutPostgres = missingPostgres();
beforeAll(async () => {
  if (!withoutPostgres) postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

describe.each(['SQLite', 'PostgreSQL'])('the catalogue on %s', (kind) => {
  describe.skipIf(kind === 'PostgreSQL' && withoutPostgres)('', () => {
    let dir: string;
    let catalog: Catalog;
    let now = Date.parse('2026-11-21T10:00:00Z');
    let usage: Usage;
    let projects: Projects;
    let keys: Keys;

    beforeEach(() => {
      dir = mkdtempSync(path.join(tmpdir(), 'moalog-catalog-'));
      catalog = openCatalog({ url: kind === 'SQLite' ? undefined : postgres?.database(), file: path.join(dir, 'c') });
      usage = new Usage(catalog, () => now);
      projects = new Projects(catalog, usage);
      keys = new Keys(catalog);
    });
    afterEach(async () => {
      await usage.close();
      await catalog.destroy();
      rmSync(dir, { recursive: true, force: true });
    });

    test('a database of the version before is brought forward with what is in it', async () => {
      await migrateCatalog(catalog, '0001-projects-keys-sessions');
      await sql`INSERT INTO projects VALUES ('default', 'Default', '2026-01-01T00:00:00.000Z')`.execute(catalog);
      for (const [id, project] of [
        ['key_1', 'default'],
        ['key_2', null],
      ])
        await sql`INSERT INTO keys VALUES (${id}, ${id}, 'mlk_1234', ${hashSecret(`secret of ${id}`)}, 'ingest,read', ${project}, '2026-01-01T00:00:00.000Z', NULL)`.execute(
          catalog,
        );
      await sql`INSERT INTO sessions VALUES (${hashSecret('cookie')}, 'key_1', '2100-01-01T00:00:00.000Z')`.execute(
        catalog,
      );
      await migrateCatalog(catalog);
      await migrateCatalog(catalog);
      expect(await keys.find('secret of key_1')).toMatchObject({ project: 'default', projects: ['default'] });
      expect(await keys.find('secret of key_2')).toMatchObject({ project: null, projects: null });
      expect((await new Sessions(catalog, keys).find('cookie'))?.id).toBe('key_1');
      expect(await projects.find('default')).toMatchObject({ name: 'Default', state: 'active', retention_days: null });
    });

    describe('from empty', () => {
      beforeEach(() => migrateCatalog(catalog));

      test('the bootstrap key is made once and kept', async () => {
        const first = await ensureBootstrapKey(dir, undefined, catalog, keys);
        expect(await ensureBootstrapKey(dir, undefined, catalog, keys)).toBe(first);
        expect(await keys.list()).toHaveLength(1);
        expect((await keys.find(first))?.projects).toBeNull();
      });

      test('a key is bound, listed without its secret, and ends', async () => {
        await projects.ensure('a', 'A');
        await projects.ensure('b', 'B');
        const bounds = { projects: ['a', 'b'], networks: ['10.0.0.0/8'], expiresAt: '2100-01-01T00:00:00Z' };
        const { key, secret } = await keys.create({ name: 'k', scopes: ['read', 'read'], ...bounds });
        expect(key).toMatchObject({ scopes: ['read'], project: null, projects: ['a', 'b'], networks: ['10.0.0.0/8'] });
        expect(await keys.find(secret)).toMatchObject({ id: key.id, networks: ['10.0.0.0/8'] });
        expect(JSON.stringify(await keys.list())).not.toContain(secret);
        const over = await keys.create({ name: 'over', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' });
        expect(await keys.find(over.secret)).toBeNull();
        expect(await keys.byId(over.key.id)).toBeNull();
        expect(await keys.revoke(key.id)).toBe(true);
        expect(await keys.revoke(key.id)).toBe(false);
        expect(await keys.find(secret)).toBeNull();
      });

      test('a rotated key works beside its successor for the overlap, then no more', async () => {
        const old = await keys.create({ name: 'k', scopes: ['ingest'] });
        const next = await keys.rotate(old.key.id, 3_600_000);
        expect(await keys.find(old.secret)).not.toBeNull();
        expect(await keys.find(next?.secret ?? '')).not.toBeNull();
        expect((await keys.list()).find((key) => key.id === old.key.id)?.replacedBy).toBe(next?.key.id);
        const last = await keys.rotate(next?.key.id ?? '', 0);
        expect(await keys.find(next?.secret ?? '')).toBeNull();
        expect(await keys.find(last?.secret ?? '')).toMatchObject({ projects: null });
        expect(await keys.rotate('key_0', 0)).toBeNull();
      });

      test('an origin is allowed while a public key names it', async () => {
        await projects.ensure('a', 'A');
        expect(await keys.allowsOrigin('https://shop.example')).toBe(false);
        const { key } = await keys.create({
          name: 'web',
          scopes: ['ingest'],
          project: 'a',
          origins: ['https://shop.example'],
        });
        expect(await keys.allowsOrigin('https://shop.example')).toBe(true);
        expect(await keys.allowsOrigin('https://shop.example.evil')).toBe(false);
        await keys.revoke(key.id);
        expect(await keys.allowsOrigin('https://shop.example')).toBe(false);
      });

      test('a project is made from a name, changed, and its slug is its own', async () => {
        const made = await projects.create({ name: 'Shop Séoul (AWS)', environments: ['staging', 'production'] });
        expect(made).toMatchObject({
          slug: 'shop-seoul-aws',
          state: 'active',
          environments: ['production', 'staging'],
          limits: { eventsPerSecond: null, bytesPerDay: null, retentionDays: null },
          usage: { events: 0, bytes: 0, refusedEvents: 0 },
        });
        await expect(projects.create({ name: 'x', slug: 'shop-seoul-aws' })).rejects.toMatchObject({
          code: 'conflict',
        });
        const limits = { retentionDays: 7, bytesPerDay: 5_000_000_000_000 };
        expect(await projects.change('shop-seoul-aws', { limits, environments: ['qa'], name: 'Shop' })).toMatchObject({
          name: 'Shop',
          environments: ['qa'],
          limits: { eventsPerSecond: null, ...limits },
        });
        expect(await projects.retention()).toEqual(new Map([['shop-seoul-aws', 7]]));
        expect(() => slugOf('주문')).toThrow(/give one/);
      });

      test('a deleted project is gone for everybody at once, and its row when its events are', async () => {
        await projects.ensure('a', 'A');
        await projects.ensure('b', 'B');
        const only = await keys.create({ name: 'only', scopes: ['read'], projects: ['a'] });
        const both = await keys.create({ name: 'both', scopes: ['read'], projects: ['a', 'b'] });
        await projects.beginDeleting('a');
        await keys.removeProject('a');
        expect(await projects.find('a')).toBeNull();
        expect((await projects.list()).map((row) => row.slug)).toEqual(['b']);
        expect(await keys.find(only.secret)).toBeNull();
        expect((await keys.find(both.secret))?.projects).toEqual(['b']);
        await expect(projects.create({ name: 'a' })).rejects.toMatchObject({ code: 'conflict' });
        const erased: string[] = [];
        const failures: unknown[] = [];
        const erasure = new Erasure(
          projects,
          async (slug) => {
            erased.push(slug);
            if (erased.length === 1) throw new Error('the store is away');
          },
          (error) => failures.push(error),
        );
        erasure.wake();
        erasure.wake();
        erasure.wake();
        await erasure.close();
        expect(erased.every((slug) => slug === 'a') && failures.length <= 1).toBe(true);
        const again = new Erasure(
          projects,
          async () => undefined,
          (error) => failures.push(error),
        );
        again.wake();
        await expect.poll(() => projects.deleting()).toEqual([]);
        await again.close();
        expect((await projects.create({ name: 'a' })).slug).toBe('a');
      });

      test('events are taken up to the rate, and again after a while', async () => {
        await projects.create({ name: 'a', limits: { eventsPerSecond: 100 } });
        const count = await usage.gate(await projects.require('a'));
        count(250, 1_000);
        expect(() => count(1, 1)).toThrow(expect.objectContaining({ code: 'project_limit', retryAfterS: 2 }));
        now += 1_000;
        expect(() => count(1, 1)).toThrow(/100 events a second/);
        now += 1_000;
        count(1, 1);
        expect(await usage.today('a')).toEqual({ events: 251, bytes: 1_001, refusedEvents: 2 });
      });

      test('bytes are taken up to the limit of the day, over a restart too, and from midnight on', async () => {
        await projects.create({ name: 'a', limits: { bytesPerDay: 1_000 } });
        const project = await projects.require('a');
        (await usage.gate(project))(5, 600);
        await usage.write();
        (await usage.gate(project))(5, 600);
        await usage.close();
        usage = new Usage(catalog, () => now);
        const count = await usage.gate(project);
        expect(() => count(3, 1)).toThrow(expect.objectContaining({ code: 'project_limit', retryAfterS: 3_600 }));
        await usage.write();
        const [row] = await catalog.selectFrom('usage').selectAll().execute();
        expect(row).toEqual({ project: 'a', day: '2026-11-21', events: 10, bytes: 1_200, refused_events: 3 });
        now += 86_400_000;
        (await usage.gate(project))(1, 1);
        now -= 86_400_000;
      });
    });
  });
});
