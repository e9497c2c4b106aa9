import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Catalog } from '#catalog';
import { MoalogError } from '#errors';

/** Wrong passwords in a row that cost nothing but the time of asking. */
const FREE_FAILURES = 5;
/** The wait after the first one that does; it doubles with each. Short enough that nobody is locked out of an account for long by another. */
const FIRST_WAIT_MS = 15_000;
const MAX_WAIT_MS = 15 * 60_000;
/** Failures before this are forgotten. */
const MEMORY_MS = 24 * 3_600_000;
/** Failures from one address, whatever the account: an office behind one address stays below. */
const MAX_PER_ADDRESS = 50;
const ADDRESS_WINDOW_MS = 10 * 60_000;
const MAX_ADDRESSES = 10_000;

/** Makes guessing slow: by account (kept in the catalogue, for all processes) and by address (in memory). */
export class LockOut {
  readonly #catalog: Catalog;
  readonly #now: () => number;
  readonly #addresses = new Map<string, { failures: number; until: number }>();

  constructor(catalog: Catalog, now: () => number = Date.now) {
    this.#catalog = catalog;
    this.#now = now;
  }

  /** Before a password is looked at: counts it as wrong until `succeed` says otherwise, so that guesses side by side are counted. */
  async begin(account: string, address: string): Promise<void> {
    const subject = subjectOf(account);
    const row = await this.#catalog
      .selectFrom('sign_in_failures')
      .selectAll()
      .where('subject', '=', subject)
      .executeTakeFirst();
    const now = this.#now();
    const before = row === undefined || now - row.last_at > MEMORY_MS ? 0 : row.failures;
    if (row !== undefined && before > 0) refuseUntil(row.last_at + waitAfter(before), now, 'this account');
    const seen = this.#address(address);
    if (seen.failures >= MAX_PER_ADDRESS) refuseUntil(seen.until, now, 'this address');
    seen.failures++;
    const { failures } = await this.#catalog
      .insertInto('sign_in_failures')
      .values({ subject, failures: 1, last_at: now })
      .onConflict((conflict) =>
        conflict.column('subject').doUpdateSet((eb) => ({
          failures: eb
            .case()
            .when('sign_in_failures.last_at', '<', now - MEMORY_MS)
            .then(1)
            .else(eb('sign_in_failures.failures', '+', 1))
            .end(),
          last_at: now,
        })),
      )
      .returning('failures')
      .executeTakeFirstOrThrow();
    // Others were counted since the row was read: guesses side by side are as many as guesses in a row.
    if (failures > before + 1 && failures > FREE_FAILURES) refuseUntil(now + waitAfter(failures), now, 'this account');
  }

  async succeed(account: string, address: string): Promise<void> {
    const seen = this.#address(address);
    seen.failures = Math.max(0, seen.failures - 1);
    await this.#catalog.deleteFrom('sign_in_failures').where('subject', '=', subjectOf(account)).execute();
    await this.#catalog
      .deleteFrom('sign_in_failures')
      .where('last_at', '<', this.#now() - MEMORY_MS)
      .execute();
  }

  #address(address: string): { failures: number; until: number } {
    // One household has a whole /64.
    const place = isIPv6(address) ? address.split(':').slice(0, 4).join(':') : address;
    const known = this.#addresses.get(place);
    if (known !== undefined && known.until > this.#now()) return known;
    if (this.#addresses.size >= MAX_ADDRESSES) this.#addresses.clear();
    const fresh = { failures: 0, until: this.#now() + ADDRESS_WINDOW_MS };
    this.#addresses.set(place, fresh);
    return fresh;
  }
}

const subjectOf = (account: string): string => createHash('sha256').update(account).digest('hex');

const waitAfter = (failures: number): number =>
  failures < FREE_FAILURES ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (failures - FREE_FAILURES), MAX_WAIT_MS);

function refuseUntil(until: number, now: number, what: string): void {
  if (until <= now) return;
  const retryAfterS = Math.ceil((until - now) / 1_000);
  throw new MoalogError(
    'too_many_attempts',
    `Too many wrong passwords for ${what}; try again in ${retryAfterS} seconds.`,
    { retryAfterS },
  );
}
