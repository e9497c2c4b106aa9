import type { PersonSessionInfo } from '@moalog/contract';
import type { Catalog, PersonSessionRow, UserRow } from '#catalog';
import { type Roles, rolesOf } from './roles.ts';
import { hashToken, newId, newToken } from './tokens.ts';

/** A sign-in ends after this long, used or not, and after a shorter time without use. */
const MAX_MS = 30 * 24 * 3_600_000;
const IDLE_MS = 7 * 24 * 3_600_000;
const LAST_SEEN_GRAIN_MS = 60_000;
/** Changes by another process are seen after this long; those of this one at once. */
const CACHE_MS = 5_000;
const MAX_CACHED = 10_000;

/** Somebody signed in. */
export interface Person {
  readonly user: UserRow;
  readonly roles: Roles;
  readonly sessionId: string;
}

/** Sign-ins of people: a random token in a cookie, its hash in the catalogue. */
export class PersonSessions {
  readonly #catalog: Catalog;
  readonly #now: () => number;
  readonly #known = new Map<string, { person: Person; until: number }>();

  constructor(catalog: Catalog, now: () => number = Date.now) {
    this.#catalog = catalog;
    this.#now = now;
  }

  /** Token for the cookie and its life in seconds. */
  async open(
    user: UserRow,
    from: { method: PersonSessionRow['method']; address: string; agent: string; idToken?: string | null },
  ): Promise<{ token: string; maxAgeS: number }> {
    const token = newToken();
    const now = this.#now();
    const at = new Date(now).toISOString();
    await this.#catalog.deleteFrom('person_sessions').where('expires_at', '<', at).execute();
    await this.#catalog
      .insertInto('person_sessions')
      .values({
        id: newId('ses'),
        token_hash: hashToken(token),
        user_id: user.id,
        method: from.method,
        address: from.address,
        agent: from.agent.slice(0, 200),
        created_at: at,
        last_seen_at: at,
        expires_at: new Date(now + MAX_MS).toISOString(),
        id_token: from.idToken ?? null,
      })
      .execute();
    await this.#catalog.updateTable('users').set({ last_sign_in_at: at }).where('id', '=', user.id).execute();
    return { token, maxAgeS: MAX_MS / 1_000 };
  }

  /** Who holds the token; null when it ended, was revoked, or its person may not sign in. */
  async find(token: string): Promise<Person | null> {
    const key = hashToken(token);
    const now = this.#now();
    const cached = this.#known.get(key);
    if (cached !== undefined && cached.until > now) return cached.person;
    this.#known.delete(key);
    const session = await this.#catalog
      .selectFrom('person_sessions')
      .selectAll()
      .where('token_hash', '=', key)
      .where('expires_at', '>', new Date(now).toISOString())
      .where('last_seen_at', '>', new Date(now - IDLE_MS).toISOString())
      .executeTakeFirst();
    if (session === undefined) return null;
    const user = await this.#catalog
      .selectFrom('users')
      .selectAll()
      .where('id', '=', session.user_id)
      .where('state', '=', 'active')
      .executeTakeFirst();
    if (user === undefined) return null;
    if (now - Date.parse(session.last_seen_at) > LAST_SEEN_GRAIN_MS)
      await this.#catalog
        .updateTable('person_sessions')
        .set({ last_seen_at: new Date(now).toISOString() })
        .where('id', '=', session.id)
        .execute();
    const person = { user, roles: await rolesOf(this.#catalog, user.id, user.role), sessionId: session.id };
    if (this.#known.size >= MAX_CACHED) this.#known.clear();
    this.#known.set(key, { person, until: now + CACHE_MS });
    return person;
  }

  async list(userId: string, currentId: string | null): Promise<PersonSessionInfo[]> {
    const now = this.#now();
    const rows = await this.#catalog
      .selectFrom('person_sessions')
      .selectAll()
      .where('user_id', '=', userId)
      .where('expires_at', '>', new Date(now).toISOString())
      .where('last_seen_at', '>', new Date(now - IDLE_MS).toISOString())
      .orderBy('last_seen_at', 'desc')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      id: row.id,
      current: row.id === currentId,
      method: row.method,
      address: row.address,
      agent: row.agent,
      createdAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      expiresAt: row.expires_at,
    }));
  }

  /** Of single sign-on, locked; null for who came by password. */
  async idToken(id: string): Promise<string | null> {
    const row = await this.#catalog
      .selectFrom('person_sessions')
      .select('id_token')
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.id_token ?? null;
  }

  /** True when there was such a one. */
  async revoke(userId: string, id: string): Promise<boolean> {
    const done = await this.#catalog
      .deleteFrom('person_sessions')
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .executeTakeFirst();
    this.forget();
    return done.numDeletedRows > 0n;
  }

  /** All of the person's, but for one. */
  async revokeAll(userId: string, exceptId: string | null = null): Promise<void> {
    const all = this.#catalog.deleteFrom('person_sessions').where('user_id', '=', userId);
    await (exceptId === null ? all : all.where('id', '!=', exceptId)).execute();
    this.forget();
  }

  /** To be called after a change of people, roles or groups, so that it counts at once. */
  forget(): void {
    this.#known.clear();
  }
}
