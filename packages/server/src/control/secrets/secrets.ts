import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MoalogError } from '#errors';

const FILE = 'secret-key';
const IV_BYTES = 12;
const TAG_BYTES = 16;

interface Key {
  /** Says which key a secret was locked with, and tells nothing of the key. */
  readonly id: string;
  readonly key: Buffer;
}

function keyOf(text: string): Key {
  const key = Buffer.from(hkdfSync('sha256', text, '', 'moalog secrets v1', 32));
  return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
}

/**
 * Locks what must not lie readable in the catalogue: secrets of second factors, of single sign-on, of channels and connectors. AES-256-GCM with a
 * key from configuration, or from a file of the data directory that the first start makes. A secret is bound to its purpose: moved elsewhere it does
 * not open.
 */
export class Secrets {
  readonly #keys: readonly Key[];

  /** The first key locks; all open. */
  constructor(texts: readonly string[]) {
    this.#keys = texts.map(keyOf);
  }

  /** `given`: one or several, comma-separated; a new one comes first until nothing is locked with the old. */
  static open(dataDir: string, given: string | undefined): Secrets {
    if (given !== undefined) return new Secrets(given.split(',').map((text) => text.trim()));
    const file = path.join(dataDir, FILE);
    if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    return new Secrets([readFileSync(file, 'utf8').trim()]);
  }

  lock(text: string, purpose: string): string {
    const [first] = this.#keys;
    if (first === undefined) throw new Error('there is always a key');
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', first.key, iv).setAAD(Buffer.from(purpose));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `v1:${first.id}:${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')}`;
  }

  /** Rejects with `internal` when the key is another one, or the text was changed or moved. */
  open(locked: string, purpose: string): string {
    const [version, id, body = ''] = locked.split(':');
    const key = this.#keys.find((one) => one.id === id)?.key;
    if (version !== 'v1' || key === undefined)
      throw new MoalogError(
        'internal',
        'A stored secret was locked with another key: start with the secretKey of that time, beside the new one.',
      );
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(purpose))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }
}
