import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Catalog } from './catalog.ts';
import { addAgentSetups, addFleet } from './fleet-tables.ts';
import { addInvitations, addPeople, addSecondFactors, addSingleSignOn } from './people-tables.ts';

/** Forward only; a migration that was released is never edited. */
const MIGRATIONS: Record<string, Migration> = {
  '0001-projects-keys-sessions': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('projects')
        .addColumn('slug', 'text', (c) => c.primaryKey())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('created_at', 'text', (c) => c.notNull())
        .execute();
      await db.schema
        .createTable('keys')
        .addColumn('id', 'text', (c) => c.primaryKey())
        .addColumn('name', 'text', (c) => c.notNull())
        .addColumn('prefix', 'text', (c) => c.notNull())
        .addColumn('secret_hash', 'text', (c) => c.notNull().unique())
        .addColumn('scopes', 'text', (c) => c.notNull())
        .addColumn('project', 'text', (c) => c.references('projects.slug'))
        .addColumn('created_at', 'text', (c) => c.notNull())
        .addColumn('last_used_at', 'text')
        .execute();
      await db.schema
        .createTable('sessions')
        .addColumn('token_hash', 'text', (c) => c.primaryKey())
        .addColumn('key_id', 'text', (c) => c.notNull().references('keys.id').onDelete('cascade'))
        .addColumn('expires_at', 'text', (c) => c.notNull())
        .execute();
    },
  },
  '0002-project-limits-and-key-bounds': {
    async up(db: Kysely<unknown>) {
      // One column a statement: SQLite adds no more.
      await db.schema
        .alterTable('projects')
        .addColumn('colour', 'text', (c) => c.notNull().defaultTo('#4c6ef5'))
        .execute();
      await db.schema
        .alterTable('projects')
        .addColumn('state', 'text', (c) => c.notNull().defaultTo('active'))
        .execute();
      for (const name of ['retention_days', 'max_events_per_second', 'max_bytes_per_day'])
        await db.schema.alterTable('projects').addColumn(name, 'bigint').execute();
      await db.schema
        .createTable('environments')
        .addColumn('project', 'text', (c) => c.notNull().references('projects.slug').onDelete('cascade'))
        .addColumn('name', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('environments_key', ['project', 'name'])
        .execute();
      await db.schema
        .createTable('usage')
        .addColumn('project', 'text', (c) => c.notNull().references('projects.slug').onDelete('cascade'))
        .addColumn('day', 'text', (c) => c.notNull())
        .addColumn('events', 'bigint', (c) => c.notNull())
        .addColumn('bytes', 'bigint', (c) => c.notNull())
        .addColumn('refused_events', 'bigint', (c) => c.notNull())
        .addPrimaryKeyConstraint('usage_key', ['project', 'day'])
        .execute();
      for (const name of ['projects', 'expires_at', 'replaced_by'])
        await db.schema.alterTable('keys').addColumn(name, 'text').execute();
      for (const name of ['networks', 'origins'])
        await db.schema
          .alterTable('keys')
          .addColumn(name, 'text', (c) => c.notNull().defaultTo(''))
          .execute();
      await sql`UPDATE keys SET projects = project, project = NULL`.execute(db);
    },
  },
  '0003-people': { up: addPeople },
  '0004-invitations': { up: addInvitations },
  '0005-second-factors': { up: addSecondFactors },
  '0006-pipelines': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('pipeline_versions')
        .addColumn('project', 'text', (c) => c.notNull().references('projects.slug').onDelete('cascade'))
        .addColumn('version', 'bigint', (c) => c.notNull())
        .addColumn('text', 'text', (c) => c.notNull())
        .addColumn('note', 'text', (c) => c.notNull())
        .addColumn('from_event_id', 'text', (c) => c.notNull())
        .addColumn('created_at', 'text', (c) => c.notNull())
        .addColumn('created_by', 'text', (c) => c.notNull())
        .addPrimaryKeyConstraint('pipeline_versions_key', ['project', 'version'])
        .execute();
    },
  },
  '0007-single-sign-on': { up: addSingleSignOn },
  '0008-key-environment': {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('keys').addColumn('environment', 'text').execute();
    },
  },
  '0009-fleet': { up: addFleet },
  '0010-agent-setups': { up: addAgentSetups },
};

/** Brings the catalogue to the newest version, or to `version`; rejects when it was written by a newer Moalog. */
export async function migrateCatalog(catalog: Catalog, version?: string): Promise<void> {
  const migrator = new Migrator({ db: catalog, provider: { getMigrations: async () => MIGRATIONS } });
  const { error } = await (version === undefined ? migrator.migrateToLatest() : migrator.migrateTo(version));
  if (error !== undefined) throw error;
}
