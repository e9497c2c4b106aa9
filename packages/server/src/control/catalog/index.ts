export { type Catalog, openCatalog } from './catalog.ts';
export { migrateCatalog } from './migrations.ts';
export type { GroupRow, KeyRow, PersonSessionRow, ProjectRow, UsageRow, UserRow } from './tables.ts';
