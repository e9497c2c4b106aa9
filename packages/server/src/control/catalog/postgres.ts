import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Catalog } from './catalog.ts';
import type { Tables } from './tables.ts';

const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const INT8 = 20;

/** Counts are far below 2^53, so that bigint is a number here as it is in SQLite. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format),
};

/** The catalogue on PostgreSQL. Connections are made when they are needed; a lost one is made anew by the next query. */
export function openPostgresCatalog(url: string): Catalog {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: types as pg.CustomTypesConfig, // its overloads say `any` for what a parser gives
  });
  // An idle connection that breaks says so here; without a listener the process would end.
  pool.on('error', () => undefined);
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}
