/** Rows as stored. Times are RFC 3339 text in UTC. */
export interface ProjectRow {
  slug: string;
  name: string;
  created_at: string;
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
  project: string | null;
  created_at: string;
  last_used_at: string | null;
}

export interface SessionRow {
  /** SHA-256 of the cookie, hex. */
  token_hash: string;
  key_id: string;
  expires_at: string;
}

export interface Tables {
  projects: ProjectRow;
  keys: KeyRow;
  sessions: SessionRow;
}
