import { randomBytes } from 'node:crypto';
import type { Catalog } from '#catalog';
import { hashSecret, type Keys, type KnownKey } from './keys.ts';

/** How long a console sign-in lasts. */
const SESSION_MS = 30 * 24 * 3_600_000;
export const SESSION_COOKIE = 'moalog_session';

/** Console sign-ins: a key exchanged for an HttpOnly cookie, so that no script and no URL holds the key. */
export class Sessions {
  readonly #catalog: Catalog;
  readonly #keys: Keys;

  constructor(catalog: Catalog, keys: Keys) {
    this.#catalog = catalog;
    this.#keys = keys;
  }

  /** Token for the cookie and its life in seconds. */
  async open(key: KnownKey): Promise<{ token: string; maxAgeS: number }> {
    const token = randomBytes(32).toString('base64url');
    const now = Date.now();
    await this.#catalog.deleteFrom('sessions').where('expires_at', '<', new Date(now).toISOString()).execute();
    await this.#catalog
      .insertInto('sessions')
      .values({ token_hash: hashSecret(token), key_id: key.id, expires_at: new Date(now + SESSION_MS).toISOString() })
      .execute();
    return { token, maxAgeS: SESSION_MS / 1_000 };
  }

  async find(token: string): Promise<KnownKey | null> {
    const row = await this.#catalog
      .selectFrom('sessions')
      .select('key_id')
      .where('token_hash', '=', hashSecret(token))
      .where('expires_at', '>', new Date().toISOString())
      .executeTakeFirst();
    return row === undefined ? null : this.#keys.byId(row.key_id);
  }

  async close(token: string): Promise<void> {
    await this.#catalog.deleteFrom('sessions').where('token_hash', '=', hashSecret(token)).execute();
  }
}
