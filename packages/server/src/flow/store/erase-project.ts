import type { Store } from './store.ts';
import { storeError } from './store-error.ts';

/** Deletes every row of a project from every table that has projects; resolves when they are gone. Running it again is harmless. */
export async function eraseProject(store: Store, project: string, signal: AbortSignal): Promise<void> {
  try {
    const tables = await store.client.query({
      query: `SELECT table FROM system.columns INNER JOIN system.tables AS t ON t.database = columns.database AND t.name = columns.table
        WHERE columns.database = {database:String} AND columns.name = 'project' AND t.engine LIKE '%MergeTree' ORDER BY table`,
      query_params: { database: store.database },
      format: 'JSONEachRow',
    });
    for (const { table } of await tables.json<{ table: string }>()) {
      await store.client.command({
        query: 'ALTER TABLE {table:Identifier} DELETE WHERE project = {project:String}',
        query_params: { table, project },
        clickhouse_settings: { mutations_sync: '2' },
        abort_signal: signal,
      });
    }
  } catch (error) {
    throw storeError(error);
  }
}
