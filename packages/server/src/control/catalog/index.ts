export { type Catalog, openCatalog } from './catalog.ts';
export { migrateCatalog } from './migrations.ts';
export type {
  AgentRow,
  GroupRow,
  InvitationRow,
  KeyRow,
  PersonSessionRow,
  ProjectRow,
  TicketRow,
  UsageRow,
  UserRow,
} from './tables.ts';
