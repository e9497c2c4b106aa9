import { createHash, randomBytes } from 'node:crypto';
import type { KeyInfo, KeyScope } from '@moalog/contract';
import type { Catalog, KeyRow } from '#catalog';

/** How long between two writes of a key's `last_used_at`; ingestion asks thousands of times a second. */
const LAST_USED_GRAIN_MS = 60_000;
/** Keys remembered between requests: a change by another process is seen after this time at the latest. */
const CACHE_MS = 10_000;

export interface KnownKey {
  readonly id: string;
  readonly scopes: ReadonlySet<KeyScope>;
  readonly project: string | null;
}

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** `mlk_` and 160 random bits: recognisable to secret scanners, too long to guess. */
export const newSecret = (): string => `mlk_${randomBytes(20).toString('hex')}`;

/** Keys of senders, readers and administrators. Secrets are shown once and stored as hashes. */
export class Keys {
  readonly #catalog: Catalog;
  readonly #known = new Map<string, { key: KnownKey | null; until: number }>();
  readonly #lastUsed = new Map<string, number>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** The key of a secret, or null when there is none. */
  async find(secret: string): Promise<KnownKey | null> {
    const hash = hashSecret(secret);
    const now = Date.now();
    const cached = this.#known.get(hash);
    const key = cached !== undefined && cached.until > now ? cached.key : await this.#read(hash, now);
    if (key !== null) this.#touch(key.id, now);
    return key;
  }

  async byId(id: string): Promise<KnownKey | null> {
    const row = await this.#catalog.selectFrom('keys').selectAll().where('id', '=', id).executeTakeFirst();
    return row === undefined ? null : known(row);
  }

  async create(
    wanted: { name: string; scopes: readonly KeyScope[]; project?: string | undefined },
    secret = newSecret(),
  ): Promise<{ key: KeyInfo; secret: string }> {
    const row: KeyRow = {
      id: `key_${randomBytes(8).toString('hex')}`,
      name: wanted.name,
      prefix: secret.slice(0, 8),
      secret_hash: hashSecret(secret),
      scopes: wanted.scopes.join(','),
      project: wanted.project ?? null,
      created_at: new Date().toISOString(),
      last_used_at: null,
    };
    await this.#catalog.insertInto('keys').values(row).execute();
    this.#known.clear();
    return { key: info(row), secret };
  }

  async list(): Promise<KeyInfo[]> {
    return (await this.#catalog.selectFrom('keys').selectAll().orderBy('created_at').execute()).map(info);
  }

  /** True when there was such a key. It stops working at once. */
  async revoke(id: string): Promise<boolean> {
    const done = await this.#catalog.deleteFrom('keys').where('id', '=', id).executeTakeFirst();
    this.#known.clear();
    return done.numDeletedRows > 0n;
  }

  async #read(hash: string, now: number): Promise<KnownKey | null> {
    const row = await this.#catalog.selectFrom('keys').selectAll().where('secret_hash', '=', hash).executeTakeFirst();
    const key = row === undefined ? null : known(row);
    // Wrong secrets are remembered too, but never so many that they fill the memory.
    if (this.#known.size > 10_000) this.#known.clear();
    this.#known.set(hash, { key, until: now + CACHE_MS });
    return key;
  }

  #touch(id: string, now: number): void {
    if (now - (this.#lastUsed.get(id) ?? 0) < LAST_USED_GRAIN_MS) return;
    this.#lastUsed.set(id, now);
    void this.#catalog
      .updateTable('keys')
      .set({ last_used_at: new Date(now).toISOString() })
      .where('id', '=', id)
      .execute();
  }
}

const scopesOf = (row: KeyRow): KeyScope[] => row.scopes.split(',') as KeyScope[]; // written by `create` alone

const known = (row: KeyRow): KnownKey => ({ id: row.id, scopes: new Set(scopesOf(row)), project: row.project });

const info = (row: KeyRow): KeyInfo => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: scopesOf(row),
  project: row.project,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});
