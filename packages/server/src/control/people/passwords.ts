import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { MoalogError } from '#errors';

/** OWASP's parameters for 32 MiB (N=2^15, r=8, p=3); 0.2 s on a small machine, 0.4 s on a busy one. */
const COST: ScryptOptions = { N: 32_768, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const HASH_BYTES = 32;
/** Each takes 32 MiB and a thread of libuv's pool of four, which files need too. */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 32;

/** `scrypt$N$r$p$salt$hash`, so that parameters may be raised later. */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const hash = await this.#derive(password, salt, COST);
    return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
  }

  /** Takes as long for an account that has none, so that nobody learns which accounts there are. */
  async matches(password: string, stored: string | null): Promise<boolean> {
    const [, n, r, p, salt = '', hash = ''] = (stored ?? '').split('$');
    const cost = stored === null ? COST : { N: Number(n), r: Number(r), p: Number(p), maxmem: 256 * 1024 * 1024 };
    const derived = await this.#derive(password, Buffer.from(salt, 'base64url'), cost);
    const expected = Buffer.from(hash, 'base64url');
    return stored !== null && expected.length === derived.length && timingSafeEqual(expected, derived);
  }

  async #derive(password: string, salt: Buffer, cost: ScryptOptions): Promise<Buffer> {
    if (this.#running >= MAX_AT_ONCE) {
      if (this.#waiting.length >= MAX_WAITING)
        throw new MoalogError('too_many_attempts', 'Too many people are signing in; try again in a moment.', {
          retryAfterS: 5,
        });
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await new Promise((resolve, reject) =>
        scrypt(password.normalize('NFKC'), salt, HASH_BYTES, cost, (error, key) =>
          error === null ? resolve(key) : reject(error),
        ),
      );
    } finally {
      // The place is handed on, not given back, while somebody waits for it.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
