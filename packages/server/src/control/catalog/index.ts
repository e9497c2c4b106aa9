export { migrateCatalog } from './migrations.ts';
export { type Catalog, openSqliteCatalog } from './sqlite.ts';
export type { KeyRow, ProjectRow, SessionRow } from './tables.ts';
