import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';

const MIGRATIONS_DIR = path.join(import.meta.dirname, 'migrations');

/** One file of `migrations/`: `0001-logs.sql`. */
interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** The store was written by a newer program; going on could damage it. */
export class StoreTooNewError extends Error {
  override readonly name = 'StoreTooNewError';
}

/**
 * Brings the tables of `client`'s database to this program's version: files of `migrations/` in order, each recorded in the table
 * `migrations` once all its statements ran. Statements can run twice (`IF NOT EXISTS`), so a crash between them is followed by
 * the same file again. Forward only. Rejects with {@link StoreTooNewError} when the store is ahead of this program.
 */
export async function migrate(client: ClickHouseClient): Promise<{ applied: readonly string[]; version: number }> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS migrations (version UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
      ENGINE = MergeTree ORDER BY version`,
  });
  const rows = await client.query({
    query: 'SELECT version, name FROM migrations ORDER BY version DESC LIMIT 1',
    format: 'JSONEachRow',
  });
  const [found] = await rows.json<{ version: number; name: string }>();
  const current = found?.version ?? 0;
  const migrations = readMigrations();
  const newest = migrations.at(-1)?.version ?? 0;
  if (current > newest) {
    throw new StoreTooNewError(
      `The store is at version ${current} (${found?.name}), this Moalog knows up to ${newest}. Start the newer Moalog, or use another data directory.`,
    );
  }
  const pending = migrations.filter((migration) => migration.version > current);
  if (pending.length > 0) await apply(client, pending);
  return { applied: pending.map((migration) => migration.name), version: newest };
}

async function apply(client: ClickHouseClient, pending: readonly Migration[]): Promise<void> {
  const known = await knownTableSettings(client);
  for (const { version, name, statements } of pending) {
    for (const statement of statements) await client.command({ query: forServer(statement, known) });
    await client.insert({ table: 'migrations', values: [{ version, name }], format: 'JSONEachRow' });
  }
}

async function knownTableSettings(client: ClickHouseClient): Promise<ReadonlySet<string>> {
  const rows = await client.query({ query: 'SELECT name FROM system.merge_tree_settings', format: 'JSONEachRow' });
  return new Set((await rows.json<{ name: string }>()).map((row) => row.name));
}

/** A line that ends in `-- where known` sets a table setting that not every server has; it is left out where the server lacks it. */
function forServer(statement: string, known: ReadonlySet<string>): string {
  const wanted = (line: string): boolean => {
    const setting = /^\s*(\w+) = .* -- where known$/.exec(line)?.[1];
    return setting === undefined || known.has(setting);
  };
  return statement.split('\n').filter(wanted).join('\n');
}

/** Exported for the test that numbers have no gap. */
export function readMigrations(dir = MIGRATIONS_DIR): readonly Migration[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      version: Number.parseInt(file, 10),
      name: path.basename(file, '.sql'),
      statements: statementsOf(readFileSync(path.join(dir, file), 'utf8')),
    }));
}

/** Statements end in `;` at the end of a line. */
const statementsOf = (sql: string): string[] =>
  sql
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
