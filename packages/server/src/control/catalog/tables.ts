import type { OrganisationRole, Role } from '@moalog/contract';

/** Rows as stored. Times are RFC 3339 text in UTC, lists comma-separated text; no boolean columns: the databases differ in them. */
export interface ProjectRow {
  slug: string;
  name: string;
  created_at: string;
  /** Of its mark in the console: `#rrggbb`. */
  colour: string;
  /** `deleting` from the request on until its events are gone. */
  state: 'active' | 'archived' | 'deleting';
  /** Null: the installation's. */
  retention_days: number | null;
  max_events_per_second: number | null;
  max_bytes_per_day: number | null;
}

export interface EnvironmentRow {
  project: string;
  name: string;
}

/** What a project took on a day (UTC). */
export interface UsageRow {
  project: string;
  day: string;
  events: number;
  bytes: number;
  refused_events: number;
}

export interface KeyRow {
  id: string;
  name: string;
  /** First characters of the secret, for people to tell keys apart. */
  prefix: string;
  /** SHA-256 of the secret, hex. Secrets have 160 random bits, so that no slow hash is needed. */
  secret_hash: string;
  /** Comma-separated scopes. */
  scopes: string;
  /** Always null since 0.2, which has `projects`: SQLite cannot drop a column that refers to another table. */
  project: null;
  /** Comma-separated slugs; null for the whole installation. */
  projects: string | null;
  /** Comma-separated addresses and ranges that may use it; '' for all. */
  networks: string;
  /** Comma-separated origins of pages; a key that has some is public. */
  origins: string;
  /** That it sends for; null for all. */
  environment: string | null;
  expires_at: string | null;
  /** Id of the key that takes its place. */
  replaced_by: string | null;
  created_at: string;
  last_used_at: string | null;
}

export interface SessionRow {
  /** SHA-256 of the cookie, hex. */
  token_hash: string;
  key_id: string;
  expires_at: string;
}

export interface UserRow {
  id: string;
  /** Lower case. */
  email: string;
  name: string;
  /** Null for those who come by single sign-on alone. */
  password_hash: string | null;
  role: OrganisationRole;
  state: 'active' | 'disabled';
  /** Null: as the browser says. */
  language: 'en' | 'ko' | null;
  created_at: string;
  last_sign_in_at: string | null;
}

/** A role in a project, beside what the organisation's role and the groups give. */
export interface ProjectRoleRow {
  user_id: string;
  project: string;
  role: Role;
}

export interface GroupRow {
  id: string;
  name: string;
  role: OrganisationRole;
  /** JSON list of names of groups at the identity provider. */
  sso_groups: string;
  created_at: string;
}

export interface GroupMemberRow {
  group_id: string;
  user_id: string;
  /** `sso`: by the identity provider, which takes it away too. */
  origin: 'manual' | 'sso';
}

export interface GroupProjectRow {
  group_id: string;
  project: string;
  role: Role;
}

/** A sign-in of a person. */
export interface PersonSessionRow {
  id: string;
  /** SHA-256 of the cookie, hex. */
  token_hash: string;
  user_id: string;
  method: 'password' | 'sso';
  address: string;
  agent: string;
  created_at: string;
  last_seen_at: string;
  expires_at: string;
  /** Of single sign-on, locked: to sign out there. */
  id_token: string | null;
}

/** Who somebody is at a provider of single sign-on. */
export interface IdentityRow {
  issuer: string;
  subject: string;
  user_id: string;
}

/** Of the installation; values are JSON. */
export interface SettingRow {
  name: string;
  value: string;
}

/** Wrong passwords for one account, whether there is such an account or not. */
export interface SignInFailureRow {
  /** SHA-256 of the e-mail address, hex. */
  subject: string;
  failures: number;
  /** Milliseconds since the epoch. */
  last_at: number;
}

export interface InvitationRow {
  id: string;
  /** SHA-256 of the link's token, hex. */
  token_hash: string;
  email: string;
  role: OrganisationRole;
  /** JSON list of `{project, role}`. */
  projects: string;
  /** JSON list of ids. */
  groups: string;
  /** Name of who invited. */
  invited_by: string;
  created_at: string;
  expires_at: string;
}

/** Something that is worth one act, for a while. */
export interface TicketRow {
  /** SHA-256 of the token, hex. */
  token_hash: string;
  kind: 'password' | 'second-factor';
  user_id: string;
  expires_at: string;
}

export interface SecondFactorRow {
  user_id: string;
  /** Locked. */
  secret: string;
  /** Null while the app is being set up. */
  confirmed_at: string | null;
  /** Of the newest code that was taken. */
  last_step: number;
  /** Comma-separated SHA-256 of those that are left. */
  recovery_codes: string;
}

/** A project's pipeline as it was saved; never changed. The greatest version is the one in force. */
export interface PipelineVersionRow {
  project: string;
  version: number;
  /** YAML or JSON as it was written. */
  text: string;
  note: string;
  /** First event id that it is for, 20 decimal digits: segments that begin before are loaded by the version before. */
  from_event_id: string;
  created_at: string;
  created_by: string;
}

/** An agent as it was heard last, by project. */
export interface AgentRow {
  id: string;
  project: string;
  host: string;
  /** JSON of the heartbeat. */
  report: string;
  /** JSON of what is remembered between heartbeats. */
  health: string;
  first_seen_at: string;
  last_seen_at: string;
}

/** A host on which an agent should run. */
export interface ExpectedHostRow {
  project: string;
  host: string;
  created_at: string;
}

/** Answers for an agent's configuration, with a key of its own, while its bundle can be fetched. */
export interface AgentSetupRow {
  /** SHA-256 of the link's token, hex. */
  token_hash: string;
  project: string;
  /** JSON. */
  answers: string;
  locked_key: string;
  expires_at: string;
}

export interface Tables {
  agent_setups: AgentSetupRow;
  agents: AgentRow;
  expected_hosts: ExpectedHostRow;
  identities: IdentityRow;
  settings: SettingRow;
  second_factors: SecondFactorRow;
  invitations: InvitationRow;
  tickets: TicketRow;
  pipeline_versions: PipelineVersionRow;
  users: UserRow;
  project_roles: ProjectRoleRow;
  groups: GroupRow;
  group_members: GroupMemberRow;
  group_projects: GroupProjectRow;
  person_sessions: PersonSessionRow;
  sign_in_failures: SignInFailureRow;
  projects: ProjectRow;
  environments: EnvironmentRow;
  usage: UsageRow;
  keys: KeyRow;
  sessions: SessionRow;
}
