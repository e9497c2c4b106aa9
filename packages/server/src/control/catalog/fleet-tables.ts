import type { Kysely } from 'kysely';

/** Agents and the hosts on which they are expected. */
export async function addFleet(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agents')
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('project', 'text', (c) => c.notNull().references('projects.slug').onDelete('cascade'))
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('report', 'text', (c) => c.notNull())
    .addColumn('health', 'text', (c) => c.notNull())
    .addColumn('first_seen_at', 'text', (c) => c.notNull())
    .addColumn('last_seen_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('agents_key', ['project', 'id'])
    .execute();
  await db.schema
    .createTable('expected_hosts')
    .addColumn('project', 'text', (c) => c.notNull().references('projects.slug').onDelete('cascade'))
    .addColumn('host', 'text', (c) => c.notNull())
    .addColumn('created_at', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('expected_hosts_key', ['project', 'host'])
    .execute();
}

/** Links to bundles. */
export async function addAgentSetups(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agent_setups')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('project', 'text', (c) => c.notNull().references('projects.slug').onDelete('cascade'))
    .addColumn('answers', 'text', (c) => c.notNull())
    .addColumn('locked_key', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'text', (c) => c.notNull())
    .execute();
}
