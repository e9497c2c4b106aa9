import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

// RFC 6238 with what every authenticator app takes: SHA-1, 6 digits, 30 seconds.
const STEP_MS = 30_000;
const DIGITS = 6;
const SECRET_BYTES = 20;
/** Steps before and after now that are taken: clocks differ, and typing takes time. */
const SLACK = 1;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding. */
export function base32(bytes: Uint8Array): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('');
}

function bytesOf(text: string): Buffer {
  const bits = [...text].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

export const newSecret = (): string => base32(randomBytes(SECRET_BYTES));

/** What an app reads from the QR code. */
export function totpUrl(secret: string, account: string): string {
  const parameters = new URLSearchParams({ secret, issuer: 'Moalog' });
  return `otpauth://totp/${encodeURIComponent(`Moalog:${account}`)}?${parameters}`;
}

export function codeAt(secret: string, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', bytesOf(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The step that the code is of; null when it is wrong, or not after `lastStep`: a code is worth one sign-in. */
export function stepOf(secret: string, code: string, now: number, lastStep: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const at = Math.floor(now / STEP_MS);
  for (let step = Math.max(at - SLACK, lastStep + 1); step <= at + SLACK; step++)
    if (timingSafeEqual(Buffer.from(codeAt(secret, step)), Buffer.from(code))) return step;
  return null;
}
