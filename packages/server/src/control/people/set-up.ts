import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { UserRow } from '#catalog';
import { MoalogError } from '#errors';
import type { People } from './people.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The first owner. While there is none, each start makes a token and prints it in the console's link: whoever holds it makes the owner, or looks
 * around with all rights. It is kept in memory alone, and worth nothing once there is an owner.
 */
export class SetUp {
  readonly #people: People;
  readonly token = `set_${randomBytes(20).toString('hex')}`;
  #making: Promise<unknown> = Promise.resolve();

  constructor(people: People) {
    this.#people = people;
  }

  async isNeeded(): Promise<boolean> {
    return !(await this.#people.hasOwner());
  }

  /** Rejects unless the token is right and there is no owner. */
  async require(token: string): Promise<void> {
    if (!timingSafeEqual(digest(token), digest(this.token)))
      throw new MoalogError(
        'unauthenticated',
        'The set-up link is not of this start of the server; take the newest one that it printed.',
      );
    await this.#requireNeeded();
  }

  /** One at a time: two browsers with the same link make one owner. */
  makeOwner(wanted: { name: string; email: string; password: string }): Promise<UserRow> {
    const made = this.#making.then(async () => {
      await this.#requireNeeded();
      return this.#people.create({ ...wanted, role: 'owner' });
    });
    this.#making = made.catch(() => undefined);
    return made;
  }

  /** From configuration, on a first start without people to ask. */
  async ensureOwner(given: { email: string; password: string }): Promise<void> {
    if (!(await this.isNeeded())) return;
    const name = given.email.split('@')[0] ?? given.email;
    await this.#people.create({ ...given, name, role: 'owner' });
  }

  async #requireNeeded(): Promise<void> {
    if (!(await this.isNeeded()))
      throw new MoalogError('conflict', 'There is an owner already; sign in, or ask for an invitation.');
  }
}
