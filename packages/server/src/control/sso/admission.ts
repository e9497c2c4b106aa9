import type { SetSsoRequest } from '@moalog/contract';
import { z } from 'zod';
import type { Catalog, UserRow } from '#catalog';
import type { Invitations, People } from '#people';
import { Refusal } from './refusal.ts';

/** What the provider says of a person, checked. */
export interface Claims {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly groups: readonly string[];
}

/** Whom a sign-in at the provider lets in, and as whom. */
export class Admission {
  readonly #catalog: Catalog;
  readonly #people: People;
  readonly #invitations: Invitations;

  constructor(catalog: Catalog, people: People, invitations: Invitations) {
    this.#catalog = catalog;
    this.#people = people;
    this.#invitations = invitations;
  }

  /** Rejects with `forbidden` when the person may not come in. */
  async admit(claims: Claims, settings: SetSsoRequest): Promise<UserRow> {
    const user = (await this.#known(claims)) ?? (await this.#first(claims, settings));
    if (user.state !== 'active') throw new Refusal('disabled', `The account ${user.email} is disabled.`);
    await this.#followGroups(user, claims.groups);
    return user;
  }

  async #known({ issuer, subject }: Claims): Promise<UserRow | null> {
    const row = await this.#catalog
      .selectFrom('identities')
      .select('user_id')
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row === undefined ? null : this.#people.find(row.user_id);
  }

  /** The account of the address, or a new one. An address counts only when the provider has verified it: else anybody who may choose one takes over an account. */
  async #first(claims: Claims, settings: SetSsoRequest): Promise<UserRow> {
    const email = claims.email?.trim().toLowerCase() ?? null;
    if (email === null) throw new Refusal('no_email', `The provider tells no e-mail address of ${claims.subject}.`);
    if (!claims.emailVerified && !settings.trustEmails)
      throw new Refusal('unverified', `The provider has not verified the address ${email}.`);
    const user =
      (await this.#people.byEmail(email)) ??
      (await this.#invitations.acceptFor(email, claims.name ?? email)) ??
      (await this.#signUp(email, claims.name ?? email, settings));
    const { issuer, subject } = claims;
    await this.#catalog.insertInto('identities').values({ issuer, subject, user_id: user.id }).execute();
    return user;
  }

  #signUp(email: string, name: string, { signUp, defaultRole }: SetSsoRequest): Promise<UserRow> {
    if (signUp === 'invited') throw new Refusal('uninvited', `Nobody invited ${email}.`);
    return this.#people.create({ email, name, password: null, role: defaultRole });
  }

  /** In the groups of the provider, and out of those that it took away. Who was put in by hand stays. */
  async #followGroups(user: UserRow, names: readonly string[]): Promise<void> {
    const groups = await this.#catalog.selectFrom('groups').select(['id', 'sso_groups']).execute();
    const wanted = groups
      .filter(({ sso_groups }) => namesIn(sso_groups).some((name) => names.includes(name)))
      .map(({ id }) => id);
    await this.#catalog
      .deleteFrom('group_members')
      .where('user_id', '=', user.id)
      .where('origin', '=', 'sso')
      .where('group_id', 'not in', wanted.length === 0 ? [''] : wanted)
      .execute();
    if (wanted.length === 0) return;
    await this.#catalog
      .insertInto('group_members')
      .values(wanted.map((group_id) => ({ group_id, user_id: user.id, origin: 'sso' as const })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

const namesIn = (json: string): string[] => z.array(z.string()).parse(JSON.parse(json));
