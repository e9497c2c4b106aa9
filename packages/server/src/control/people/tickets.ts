import type { Catalog, TicketRow } from '#catalog';
import { hashToken, newToken } from './tokens.ts';

/** Tokens that are worth one act of one person, for a while. */
export class Tickets {
  readonly #catalog: Catalog;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  async issue(kind: TicketRow['kind'], userId: string, lifeMs: number): Promise<{ token: string; expiresAt: string }> {
    const now = Date.now();
    const token = newToken();
    const expires_at = new Date(now + lifeMs).toISOString();
    await this.#catalog.deleteFrom('tickets').where('expires_at', '<', new Date(now).toISOString()).execute();
    await this.#catalog
      .insertInto('tickets')
      .values({ token_hash: hashToken(token), kind, user_id: userId, expires_at })
      .execute();
    return { token, expiresAt: expires_at };
  }

  /** Id of the person; null when there is no such ticket. */
  async look(kind: TicketRow['kind'], token: string): Promise<string | null> {
    const row = await this.#catalog
      .selectFrom('tickets')
      .select('user_id')
      .where('token_hash', '=', hashToken(token))
      .where('kind', '=', kind)
      .where('expires_at', '>', new Date().toISOString())
      .executeTakeFirst();
    return row?.user_id ?? null;
  }

  /** As `look`, and it is gone: of two at once, one gets it. */
  async take(kind: TicketRow['kind'], token: string): Promise<string | null> {
    const userId = await this.look(kind, token);
    const done = await this.#catalog
      .deleteFrom('tickets')
      .where('token_hash', '=', hashToken(token))
      .executeTakeFirst();
    return done.numDeletedRows > 0n ? userId : null;
  }
}
