import { createHash, randomBytes } from 'node:crypto';
import type { CreateKeyRequest, KeyInfo, KeyScope } from '@moalog/contract';
import type { Caller } from '#access';
import type { Catalog, KeyRow } from '#catalog';

/** How long between two writes of a key's `last_used_at`; ingestion asks thousands of times a second. */
const LAST_USED_GRAIN_MS = 60_000;
/** Keys remembered between requests: a change by another process is seen after this time at the latest. */
const CACHE_MS = 10_000;

export interface KnownKey extends Caller {
  readonly name: string;
  /** Null: the whole installation. */
  readonly projects: readonly string[] | null;
  /** Addresses and ranges that may use it; all when empty. */
  readonly networks: readonly string[];
  /** Origins of pages that may use it; a key that has some is public. */
  readonly origins: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** `mlk_` and 160 random bits: recognisable to secret scanners, too long to guess. */
export const newSecret = (): string => `mlk_${randomBytes(20).toString('hex')}`;

/** Keys of senders, readers and administrators. Secrets are shown once and stored as hashes. */
export class Keys {
  readonly #catalog: Catalog;
  readonly #known = new Map<string, { key: KnownKey | null; until: number }>();
  readonly #lastUsed = new Map<string, number>();
  #origins: { readonly all: ReadonlySet<string>; readonly until: number } = { all: new Set(), until: 0 };

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** The key of a secret, or null when there is none or its time is over. */
  async find(secret: string): Promise<KnownKey | null> {
    const hash = hashSecret(secret);
    const now = Date.now();
    const cached = this.#known.get(hash);
    const key = cached !== undefined && cached.until > now ? cached.key : await this.#read(hash, now);
    if (key === null || key.expiresAtMs <= now) return null;
    this.#touch(key.id, now);
    return key;
  }

  /** The key when it still works. */
  async byId(id: string): Promise<KnownKey | null> {
    const row = await this.#row(id);
    const key = row === undefined ? null : known(row);
    return key === null || key.expiresAtMs <= Date.now() ? null : key;
  }

  /** Whether pages of this origin have a public key. */
  async allowsOrigin(origin: string): Promise<boolean> {
    const now = Date.now();
    if (this.#origins.until <= now) {
      const rows = await this.#catalog.selectFrom('keys').select('origins').where('origins', '!=', '').execute();
      this.#origins = { all: new Set(rows.flatMap((row) => row.origins.split(','))), until: now + CACHE_MS };
    }
    return this.#origins.all.has(origin);
  }

  async create(wanted: CreateKeyRequest, secret = newSecret()): Promise<{ key: KeyInfo; secret: string }> {
    const projects = wanted.projects ?? (wanted.project === undefined ? null : [wanted.project]);
    return this.#insert(
      {
        name: wanted.name,
        scopes: [...new Set(wanted.scopes)].join(','),
        project: null,
        projects: projects === null ? null : [...new Set(projects)].join(','),
        networks: (wanted.networks ?? []).join(','),
        origins: (wanted.origins ?? []).join(','),
        environment: wanted.environment ?? null,
        expires_at: wanted.expiresAt === undefined ? null : new Date(wanted.expiresAt).toISOString(),
      },
      secret,
    );
  }

  /** A successor with the same rights. The old key works for `overlapMs` more, or until its own end. Null when there is no such key. */
  async rotate(id: string, overlapMs: number): Promise<{ key: KeyInfo; secret: string } | null> {
    const row = await this.#row(id);
    if (row === undefined) return null;
    const { name, scopes, project, projects, networks, origins, environment, expires_at } = row;
    const made = await this.#insert(
      { name, scopes, project, projects, networks, origins, environment, expires_at },
      newSecret(),
    );
    const end = new Date(Math.min(Date.now() + overlapMs, known(row).expiresAtMs)).toISOString();
    await this.#catalog
      .updateTable('keys')
      .set({ expires_at: end, replaced_by: made.key.id })
      .where('id', '=', id)
      .execute();
    this.#forget();
    return made;
  }

  async list(): Promise<KeyInfo[]> {
    return (await this.#catalog.selectFrom('keys').selectAll().orderBy('created_at').orderBy('id').execute()).map(info);
  }

  /** True when there was such a key. It stops working at once. */
  async revoke(id: string): Promise<boolean> {
    const done = await this.#catalog.deleteFrom('keys').where('id', '=', id).executeTakeFirst();
    this.#forget();
    return done.numDeletedRows > 0n;
  }

  /** Takes a project from all keys; a key that has no other is revoked. */
  async removeProject(slug: string): Promise<void> {
    const rows = await this.#catalog.selectFrom('keys').selectAll().where('projects', 'is not', null).execute();
    for (const row of rows) {
      const before = listOf(row.projects ?? '');
      const projects = before.filter((project) => project !== slug);
      if (projects.length === 0) await this.#catalog.deleteFrom('keys').where('id', '=', row.id).execute();
      else if (projects.length < before.length)
        await this.#catalog
          .updateTable('keys')
          .set({ projects: projects.join(',') })
          .where('id', '=', row.id)
          .execute();
    }
    this.#forget();
  }

  async #insert(
    wanted: Omit<KeyRow, 'id' | 'prefix' | 'secret_hash' | 'replaced_by' | 'created_at' | 'last_used_at'>,
    secret: string,
  ): Promise<{ key: KeyInfo; secret: string }> {
    const row: KeyRow = {
      ...wanted,
      id: `key_${randomBytes(8).toString('hex')}`,
      prefix: secret.slice(0, 8),
      secret_hash: hashSecret(secret),
      replaced_by: null,
      created_at: new Date().toISOString(),
      last_used_at: null,
    };
    await this.#catalog.insertInto('keys').values(row).execute();
    this.#forget();
    return { key: info(row), secret };
  }

  #row(id: string): Promise<KeyRow | undefined> {
    return this.#catalog.selectFrom('keys').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async #read(hash: string, now: number): Promise<KnownKey | null> {
    const row = await this.#catalog.selectFrom('keys').selectAll().where('secret_hash', '=', hash).executeTakeFirst();
    const key = row === undefined ? null : known(row);
    // Wrong secrets are remembered too, but never so many that they fill the memory.
    if (this.#known.size > 10_000) this.#known.clear();
    this.#known.set(hash, { key, until: now + CACHE_MS });
    return key;
  }

  #forget(): void {
    this.#known.clear();
    this.#origins = { all: new Set(), until: 0 };
  }

  #touch(id: string, now: number): void {
    if (now - (this.#lastUsed.get(id) ?? 0) < LAST_USED_GRAIN_MS) return;
    this.#lastUsed.set(id, now);
    this.#catalog
      .updateTable('keys')
      .set({ last_used_at: new Date(now).toISOString() })
      .where('id', '=', id)
      .execute()
      // The next use writes it.
      .catch(() => this.#lastUsed.delete(id));
  }
}

const listOf = (text: string): string[] => (text === '' ? [] : text.split(','));
const scopesOf = (row: KeyRow): KeyScope[] => listOf(row.scopes) as KeyScope[]; // written by `create` alone
const projectsOf = (row: KeyRow): string[] | null => (row.projects === null ? null : listOf(row.projects));

function known(row: KeyRow): KnownKey {
  const projects = projectsOf(row);
  return {
    id: row.id,
    name: row.name,
    scopes: new Set(scopesOf(row)),
    project: projects?.[0] ?? null,
    projects,
    networks: listOf(row.networks),
    origins: listOf(row.origins),
    ...(row.environment !== null && { environment: row.environment }),
    expiresAtMs: row.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(row.expires_at),
  };
}

function info(row: KeyRow): KeyInfo {
  const projects = projectsOf(row);
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: scopesOf(row),
    project: projects?.length === 1 ? (projects[0] ?? null) : null,
    projects,
    networks: listOf(row.networks),
    origins: listOf(row.origins),
    environment: row.environment,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    replacedBy: row.replaced_by,
    lastUsedAt: row.last_used_at,
  };
}
