import type { OrganisationRole } from '@moalog/contract';
import type { Catalog, UserRow } from '#catalog';
import { MoalogError } from '#errors';
import { LockOut } from './lock-out.ts';
import { Passwords } from './passwords.ts';
import { newId } from './tokens.ts';

/** Who has an account. E-mail addresses are compared in lower case. */
export class People {
  readonly #catalog: Catalog;
  readonly #passwords = new Passwords();
  readonly #lockOut: LockOut;

  constructor(catalog: Catalog, now: () => number = Date.now) {
    this.#catalog = catalog;
    this.#lockOut = new LockOut(catalog, now);
  }

  async hasOwner(): Promise<boolean> {
    const row = await this.#catalog.selectFrom('users').select('id').where('role', '=', 'owner').executeTakeFirst();
    return row !== undefined;
  }

  async find(id: string): Promise<UserRow | null> {
    return (await this.#catalog.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
  }

  async byEmail(email: string): Promise<UserRow | null> {
    return (await this.#catalog.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst()) ?? null;
  }

  /** Rejects with `conflict` when the address has an account. */
  async create(wanted: {
    email: string;
    name: string;
    password: string | null;
    role: OrganisationRole;
  }): Promise<UserRow> {
    const { email, name, password, role } = wanted;
    if (password !== null) refuseObvious(password, wanted);
    const row: UserRow = {
      id: newId('usr'),
      email,
      name,
      password_hash: password === null ? null : await this.#passwords.hash(password),
      role,
      state: 'active',
      language: null,
      created_at: new Date().toISOString(),
      last_sign_in_at: null,
    };
    const done = await this.#catalog
      .insertInto('users')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if ((done.numInsertedOrUpdatedRows ?? 0n) === 0n)
      throw new MoalogError('conflict', `${email} has an account already.`);
    return row;
  }

  /** The person of an address and password. One answer for a wrong password, an unknown address and an account that may not sign in. */
  async withPassword(given: { email: string; password: string }, address: string): Promise<UserRow> {
    const email = given.email.trim().toLowerCase();
    await this.#lockOut.begin(email, address);
    const user = await this.byEmail(email);
    const matches = await this.#passwords.matches(given.password, user?.password_hash ?? null);
    if (user === null || !matches || user.state !== 'active')
      throw new MoalogError('unauthenticated', 'The e-mail address or the password is wrong.');
    await this.#lockOut.succeed(email, address);
    return user;
  }

  /** Rejects with `invalid_request` when the current password is wrong; it counts as a wrong sign-in. */
  async changePassword(user: UserRow, given: { current: string; password: string }, address: string): Promise<void> {
    await this.requirePassword(user, given.current, address);
    await this.setPassword(user, given.password);
  }

  /** Asks again who sits there, before something that a stolen session must not do. */
  async requirePassword(user: UserRow, password: string, address: string): Promise<void> {
    await this.#lockOut.begin(user.email, address);
    if (!(await this.#passwords.matches(password, user.password_hash)))
      throw new MoalogError('invalid_request', 'current: this is not your password.', {
        places: [{ path: 'current', message: 'not your password' }],
      });
    await this.#lockOut.succeed(user.email, address);
  }

  async setPassword(user: UserRow, password: string): Promise<void> {
    refuseObvious(password, user);
    const password_hash = await this.#passwords.hash(password);
    await this.#catalog.updateTable('users').set({ password_hash }).where('id', '=', user.id).execute();
  }

  async change(id: string, columns: Partial<Pick<UserRow, 'name' | 'language' | 'role' | 'state'>>): Promise<void> {
    if (Object.keys(columns).length === 0) return;
    await this.#catalog.updateTable('users').set(columns).where('id', '=', id).execute();
  }
}

function refuseObvious(password: string, { email, name }: { email: string; name: string }): void {
  const lower = password.toLowerCase();
  const isObvious = lower === email || lower === name.toLowerCase() || new Set(lower).size < 4;
  if (isObvious)
    throw new MoalogError('invalid_request', 'password: choose one that is not your name or address, or few letters.', {
      places: [{ path: 'password', message: 'too easy to guess' }],
    });
}
