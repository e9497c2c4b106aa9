import type { SetSsoRequest } from '@moalog/contract';
import type { Configuration } from 'openid-client';
import type { Catalog, UserRow } from '#catalog';
import { MoalogError } from '#errors';
import type { Invitations, People } from '#people';
import type { Secrets } from '#secrets';
import { Admission } from './admission.ts';
import { beginAt, discover, type Flow, finishAt, flowSchema, signOutUrlAt } from './provider.ts';
import { Refusal } from './refusal.ts';
import { readSettings, writeSettings } from './settings.ts';

/** How long the browser may stay at the provider. */
export const FLOW_MS = 10 * 60_000;
/** Settings, and the provider's own document with its keys, are read anew after this. */
const CACHE_MS = 60_000;
const FLOW_PURPOSE = 'single sign-on under way';

interface Opened {
  readonly settings: SetSsoRequest;
  readonly provider: Configuration;
  readonly until: number;
}

/** Sign-in at an OpenID Connect provider: authorization code with PKCE, state and nonce. */
export class Sso {
  readonly #catalog: Catalog;
  readonly #secrets: Secrets;
  readonly #admission: Admission;
  #opened: Opened | null = null;

  constructor({
    catalog,
    secrets,
    people,
    invitations,
  }: {
    catalog: Catalog;
    secrets: Secrets;
    people: People;
    invitations: Invitations;
  }) {
    this.#catalog = catalog;
    this.#secrets = secrets;
    this.#admission = new Admission(catalog, people, invitations);
  }

  settings(): Promise<SetSsoRequest | null> {
    return readSettings(this.#catalog, this.#secrets);
  }

  /** Rejects with `invalid_request` when the provider cannot be asked; what was set before stays then. Null switches it off. */
  async set(wanted: SetSsoRequest | null): Promise<void> {
    const before = await this.settings();
    // The kept secret goes to the provider that it was given for, and to no other.
    const isSame = before?.issuer === wanted?.issuer && before?.clientId === wanted?.clientId;
    const kept = isSame && before?.clientSecret !== undefined ? { clientSecret: before.clientSecret } : {};
    const settings = wanted === null ? null : { ...kept, ...wanted };
    if (settings !== null) await discover(settings);
    await writeSettings(this.#catalog, this.#secrets, settings);
    this.#opened = null;
  }

  /** Address at the provider, and what the browser keeps until it comes back. */
  async begin(to: string, callbackUrl: string): Promise<{ url: string; kept: string }> {
    const { provider, settings } = await this.#open();
    const { url, checks } = await beginAt(provider, settings, callbackUrl);
    const flow: Flow = { ...checks, to, expiresAt: Date.now() + FLOW_MS };
    return { url, kept: this.#secrets.lock(JSON.stringify(flow), FLOW_PURPOSE) };
  }

  /** Who came back. Rejects with `forbidden`. `idToken` is locked: it is needed to sign out there. */
  async finish(currentUrl: URL, kept: string): Promise<{ user: UserRow; to: string; idToken: string | null }> {
    const flow = this.#flow(kept);
    const { provider, settings } = await this.#open();
    const { claims, idToken } = await finishAt(provider, settings, currentUrl, flow);
    const user = await this.#admission.admit(claims, settings);
    return { user, to: flow.to, idToken: idToken === null ? null : this.#secrets.lock(idToken, user.id) };
  }

  /** Null when nothing is to be done at the provider, or it cannot be asked now. */
  async signOutUrl(userId: string, lockedIdToken: string, backTo: string): Promise<string | null> {
    try {
      const { provider } = await this.#open();
      return await signOutUrlAt(provider, this.#secrets.open(lockedIdToken, userId), backTo);
    } catch {
      return null;
    }
  }

  #flow(kept: string): Flow {
    try {
      const flow = flowSchema.parse(JSON.parse(this.#secrets.open(kept, FLOW_PURPOSE)));
      if (flow.expiresAt > Date.now()) return flow;
    } catch {
      // As for one that is over.
    }
    throw new Refusal('over', 'A sign-in took longer than ten minutes, or began in another browser.');
  }

  async #open(): Promise<Opened> {
    if (this.#opened !== null && this.#opened.until > Date.now()) return this.#opened;
    const settings = await this.settings();
    if (settings === null) throw new MoalogError('not_found', 'Single sign-on is not set up here.');
    this.#opened = { settings, provider: await discover(settings), until: Date.now() + CACHE_MS };
    return this.#opened;
  }
}
