import { randomBytes } from 'node:crypto';
import type { Catalog, UserRow } from '#catalog';
import { MoalogError } from '#errors';
import type { Secrets } from '#secrets';
import { LockOut } from './lock-out.ts';
import { hashToken } from './tokens.ts';
import { base32, newSecret, stepOf, totpUrl } from './totp.ts';

const RECOVERY_CODES = 10;

/** `abcd-efgh-ijkl-mnop`: 80 random bits, too many to guess from their hash. */
function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    (base32(randomBytes(10)).toLowerCase().match(/.{4}/g) ?? []).join('-'),
  );
}
const hashCode = (code: string): string => hashToken(code.toLowerCase().replaceAll(/[^a-z2-7]/g, ''));
const purposeOf = (userId: string): string => `second factor of ${userId}`;

/** Codes of an authenticator app, and ten codes on paper for when it is lost. */
export class SecondFactor {
  readonly #catalog: Catalog;
  readonly #secrets: Secrets;
  readonly #lockOut: LockOut;
  readonly #now: () => number;

  constructor(catalog: Catalog, secrets: Secrets, now: () => number = Date.now) {
    this.#catalog = catalog;
    this.#secrets = secrets;
    this.#lockOut = new LockOut(catalog, now);
    this.#now = now;
  }

  async isOn(userId: string): Promise<boolean> {
    return (await this.#row(userId))?.confirmed_at != null;
  }

  async withIt(): Promise<ReadonlySet<string>> {
    const rows = await this.#catalog
      .selectFrom('second_factors')
      .select('user_id')
      .where('confirmed_at', 'is not', null)
      .execute();
    return new Set(rows.map((row) => row.user_id));
  }

  /** A secret for the app; it counts once a code of it was typed. */
  async begin(user: UserRow): Promise<{ secret: string; url: string }> {
    if (await this.isOn(user.id))
      throw new MoalogError('conflict', 'The second factor is on; switch it off before you set up another app.');
    const secret = newSecret();
    await this.remove(user.id);
    await this.#catalog
      .insertInto('second_factors')
      .values({
        user_id: user.id,
        secret: this.#secrets.lock(secret, purposeOf(user.id)),
        confirmed_at: null,
        last_step: 0,
        recovery_codes: '',
      })
      .execute();
    return { secret, url: totpUrl(secret, user.email) };
  }

  /** Recovery codes, shown once. */
  async confirm(userId: string, code: string): Promise<string[]> {
    const row = await this.#row(userId);
    if (row === undefined || row.confirmed_at !== null)
      throw new MoalogError('conflict', 'No app is being set up; begin anew.');
    const step = stepOf(this.#secrets.open(row.secret, purposeOf(userId)), code, this.#now(), row.last_step);
    if (step === null) throw wrongCode();
    await this.#catalog
      .updateTable('second_factors')
      .set({ confirmed_at: new Date(this.#now()).toISOString(), last_step: step })
      .where('user_id', '=', userId)
      .execute();
    return this.renewRecoveryCodes(userId);
  }

  async renewRecoveryCodes(userId: string): Promise<string[]> {
    if (!(await this.isOn(userId))) throw new MoalogError('conflict', 'The second factor is off.');
    const codes = newRecoveryCodes();
    await this.#catalog
      .updateTable('second_factors')
      .set({ recovery_codes: codes.map(hashCode).join(',') })
      .where('user_id', '=', userId)
      .execute();
    return codes;
  }

  async remove(userId: string): Promise<void> {
    await this.#catalog.deleteFrom('second_factors').where('user_id', '=', userId).execute();
  }

  /** Takes a code of the app or a recovery code, each once. Rejects with `invalid_request` for a wrong one, which counts as a wrong password does. */
  async require(userId: string, code: string, address: string): Promise<void> {
    await this.#lockOut.begin(purposeOf(userId), address);
    const row = await this.#row(userId);
    if (row === undefined) throw wrongCode();
    const step = stepOf(this.#secrets.open(row.secret, purposeOf(userId)), code.trim(), this.#now(), row.last_step);
    const taken =
      step === null
        ? await this.#takeRecoveryCode(userId, row.recovery_codes, code)
        : await this.#takeStep(userId, step);
    if (!taken) throw wrongCode();
    await this.#lockOut.succeed(purposeOf(userId), address);
  }

  /** Of two sign-ins with the same code at once, one gets in. */
  async #takeStep(userId: string, step: number): Promise<boolean> {
    const done = await this.#catalog
      .updateTable('second_factors')
      .set({ last_step: step })
      .where('user_id', '=', userId)
      .where('last_step', '<', step)
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  }

  async #takeRecoveryCode(userId: string, codes: string, code: string): Promise<boolean> {
    const hash = hashCode(code);
    const left = codes.split(',').filter((one) => one !== hash);
    if (left.length === codes.split(',').length) return false;
    const done = await this.#catalog
      .updateTable('second_factors')
      .set({ recovery_codes: left.join(',') })
      .where('user_id', '=', userId)
      .where('recovery_codes', '=', codes)
      .executeTakeFirst();
    return done.numUpdatedRows > 0n;
  }

  #row(userId: string) {
    return this.#catalog.selectFrom('second_factors').selectAll().where('user_id', '=', userId).executeTakeFirst();
  }
}

const wrongCode = (): MoalogError =>
  new MoalogError('invalid_request', 'code: this code is wrong or was used; take the newest one of the app.', {
    places: [{ path: 'code', message: 'wrong or used' }],
  });
