export { type Catalog, openCatalog } from './catalog.ts';
export { migrateCatalog } from './migrations.ts';
export type { KeyRow, ProjectRow, UsageRow } from './tables.ts';
