import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { encode } from '@msgpack/msgpack';
import { Refusal } from '../listeners/socket-receiver.ts';
import { decodeRaw, elementsOf } from './msgpack.ts';

/** The key of a file, without the newline that editors leave. */
export async function readSharedKey(file: string): Promise<string> {
  const key = (await readFile(file, 'utf8')).trim();
  if (key === '') throw new Error(`${file} is empty; it must hold the shared key`);
  return key;
}

/** HELO, PING and PONG of Fluent forward: both sides prove that they know the shared key, and neither says it. */
export class Handshake {
  readonly #key: string;
  readonly #nonce = randomBytes(16).toString('hex');
  readonly #host = hostname();

  constructor(key: string) {
    this.#key = key;
  }

  hello(): Buffer {
    // Bytes: senders that read texts, and those that read bytes, make the same digest of hexadecimal digits.
    return Buffer.from(encode(['HELO', { nonce: Buffer.from(this.#nonce), auth: '', keepalive: true }]));
  }

  /** The answer to a PING; `accepted` says whether the sender knows the key. Throws a Refusal for what is no PING. */
  answer(message: Buffer): { readonly accepted: boolean; readonly pong: Buffer } {
    const [word, host, salt, digest] = (elementsOf(message) ?? []).map(bytesOf);
    if (word?.toString() !== 'PING' || host === undefined || salt === undefined || digest === undefined)
      throw new Refusal('unauthenticated', 'events came before the sender proved that it knows the shared key');
    const expected = Buffer.from(this.#digest(salt, host));
    const accepted = digest.length === expected.length && timingSafeEqual(digest, expected);
    const own = accepted ? this.#digest(salt, Buffer.from(this.#host)) : '';
    const reason = accepted ? '' : 'shared_key mismatch';
    return { accepted, pong: Buffer.from(encode(['PONG', accepted, reason, this.#host, own])) };
  }

  #digest(salt: Buffer, host: Buffer): string {
    return createHash('sha512').update(salt).update(host).update(this.#nonce).update(this.#key).digest('hex');
  }
}

function bytesOf(value: Buffer): Buffer {
  const decoded = decodeRaw(value);
  return decoded instanceof Uint8Array ? Buffer.from(decoded) : Buffer.from(String(decoded));
}
