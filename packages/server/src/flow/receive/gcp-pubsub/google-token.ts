import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { MoalogError } from '#errors';
import { asObject, parseOr, textOf } from '../event-line/index.ts';

const ISSUERS = new Set(['https://accounts.google.com', 'accounts.google.com']);
/** Clocks differ. */
const LEEWAY_S = 60;
/** Google changes its keys every few weeks and announces them long before. */
const KEEP_KEYS_MS = 3_600_000;
/** A token of an unknown key makes us ask again, but no more often than this. */
const ASK_AGAIN_MS = 60_000;
const FETCH_TIMEOUT_MS = 5_000;

const certsSchema = z.object({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.literal('RSA') })) });

/** What a token must say. */
export interface WantedToken {
  readonly audience: string;
  readonly serviceAccount: string | undefined;
  readonly certsUrl: string;
}

/** Checks the OpenID tokens that Pub/Sub sends with its pushes (RS256, signed by Google). */
export class GoogleTokens {
  readonly #wanted: WantedToken;
  #keys: ReadonlyMap<string, KeyObject> = new Map();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | null = null;

  constructor(wanted: WantedToken) {
    this.#wanted = wanted;
  }

  /** `authorization`: the header of the push. Rejects with unauthenticated, or back_pressure when Google's keys cannot be had. */
  async check(authorization: string | undefined, nowMs = Date.now()): Promise<void> {
    const [head = '', claims = '', signature = ''] = (/^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '').split('.');
    const { kid, alg } = asObject(jsonOf(head)) ?? {};
    if (typeof kid !== 'string' || alg !== 'RS256') throw refused('has no token of Google');
    const key = await this.#key(kid, nowMs);
    const signed = Buffer.from(`${head}.${claims}`);
    if (key === undefined || !verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url')))
      throw refused('is not signed by Google');
    this.#checkClaims(asObject(jsonOf(claims)) ?? {}, nowMs / 1_000);
  }

  #checkClaims(claims: Readonly<Record<string, unknown>>, nowS: number): void {
    const { audience, serviceAccount } = this.#wanted;
    if (!ISSUERS.has(textOf(claims.iss))) throw refused('is not from Google');
    if (claims.aud !== audience) throw refused(`is for the audience ${textOf(claims.aud)}, not ${audience}`);
    if (typeof claims.exp !== 'number' || claims.exp + LEEWAY_S < nowS) throw refused('has a token that is over');
    if (serviceAccount !== undefined && (claims.email !== serviceAccount || claims.email_verified !== true))
      throw refused(`is from ${textOf(claims.email)}, not from ${serviceAccount}`);
  }

  async #key(kid: string, nowMs: number): Promise<KeyObject | undefined> {
    const age = nowMs - this.#fetchedAt;
    if (age > KEEP_KEYS_MS || (!this.#keys.has(kid) && age > ASK_AGAIN_MS)) {
      this.#fetching ??= this.#fetch(nowMs).finally(() => {
        this.#fetching = null;
      });
      await this.#fetching;
    }
    return this.#keys.get(kid);
  }

  async #fetch(nowMs: number): Promise<void> {
    try {
      const answer = await fetch(this.#wanted.certsUrl, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      const { keys } = certsSchema.parse(await answer.json());
      this.#keys = new Map(keys.map((key) => [key.kid, createPublicKey({ key: key as JsonWebKey, format: 'jwk' })])); // checked by createPublicKey
      this.#fetchedAt = nowMs;
    } catch (error) {
      throw new MoalogError('back_pressure', `Google's keys could not be fetched from ${this.#wanted.certsUrl}.`, {
        cause: error,
        retryAfterS: 10,
      });
    }
  }
}

const jsonOf = (part: string): unknown => parseOr(Buffer.from(part, 'base64url').toString('utf8'), null);

const refused = (why: string) => new MoalogError('unauthenticated', `The push ${why}.`);
