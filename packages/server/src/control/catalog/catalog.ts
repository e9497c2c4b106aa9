import type { Kysely } from 'kysely';
import { openPostgresCatalog } from './postgres.ts';
import { openSqliteCatalog } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** Accounts, projects and keys. One schema and one set of queries, whatever database holds them. */
export type Catalog = Kysely<Tables>;

/** PostgreSQL when there is a URL, else SQLite in `file`. */
export const openCatalog = ({ url, file }: { url: string | undefined; file: string }): Catalog =>
  url === undefined ? openSqliteCatalog(file) : openPostgresCatalog(url);
