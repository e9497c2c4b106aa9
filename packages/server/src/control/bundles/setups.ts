import { createHash, randomBytes } from 'node:crypto';
import { type AgentSetup, agentSetupSchema } from '@moalog/contract';
import type { Keys } from '#accounts';
import type { Catalog } from '#catalog';
import type { Secrets } from '#secrets';

/** A bundle's address is worth something for so long. */
const LINK_MS = 24 * 3_600_000;
const PURPOSE = 'agent-setup key';

/** Answers with a key of their own, for whoever has the address of their bundle. */
export class Setups {
  readonly #catalog: Catalog;
  readonly #keys: Keys;
  readonly #secrets: Secrets;

  constructor(catalog: Catalog, keys: Keys, secrets: Secrets) {
    this.#catalog = catalog;
    this.#keys = keys;
    this.#secrets = secrets;
  }

  async create(setup: AgentSetup): Promise<{ token: string; expiresAt: string }> {
    const name = `agent: ${setup.service ?? setup.paths[0] ?? ''}`.slice(0, 128);
    const { secret } = await this.#keys.create({ name, scopes: ['ingest'], project: setup.project });
    const token = randomBytes(20).toString('base64url');
    const expiresAt = new Date(Date.now() + LINK_MS).toISOString();
    await this.#catalog.deleteFrom('agent_setups').where('expires_at', '<', new Date().toISOString()).execute();
    await this.#catalog
      .insertInto('agent_setups')
      .values({
        token_hash: hashOf(token),
        project: setup.project,
        answers: JSON.stringify(setup),
        locked_key: this.#secrets.lock(secret, PURPOSE),
        expires_at: expiresAt,
      })
      .execute();
    return { token, expiresAt };
  }

  /** Null when there is none, or its time is over. */
  async find(token: string): Promise<{ setup: AgentSetup; key: string } | null> {
    const row = await this.#catalog
      .selectFrom('agent_setups')
      .selectAll()
      .where('token_hash', '=', hashOf(token))
      .where('expires_at', '>', new Date().toISOString())
      .executeTakeFirst();
    if (row === undefined) return null;
    const key = this.#secrets.open(row.locked_key, PURPOSE);
    return { setup: agentSetupSchema.parse(JSON.parse(row.answers)), key };
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
