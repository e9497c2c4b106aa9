import { DatabaseSync } from 'node:sqlite';
import { Kysely, SqliteDialect } from 'kysely';
import type { Catalog } from './catalog.ts';
import type { Tables } from './tables.ts';

/**
 * Opens the catalogue: accounts, projects and keys. SQLite in WAL mode through Node's own driver, which Kysely's SQLite
 * dialect drives through the three calls below (it was written for better-sqlite3).
 */
export function openSqliteCatalog(file: string): Catalog {
  const database = new DatabaseSync(file);
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000',
  );
  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        prepare: (sql) => {
          const statement = database.prepare(sql);
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...(parameters as never[])),
            run: (parameters) => statement.run(...(parameters as never[])),
            iterate: (parameters) => statement.iterate(...(parameters as never[])),
          };
        },
        close: () => database.close(),
      },
    }),
  });
}
