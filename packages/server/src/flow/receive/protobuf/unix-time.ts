const BILLION = 1_000_000_000;

let knownSecond = Number.NaN;
let knownText = '';

/** Seconds and nanoseconds since the epoch. */
interface UnixTime {
  readonly seconds: number;
  readonly nanos: number;
}

/**
 * RFC 3339 in UTC of nanoseconds since the epoch in the eight bytes at `at`, little end first; '' for 0, which means "not known". The second of the
 * record before is mostly the same.
 */
export function isoOfUnixNanos(bytes: Buffer, at: number): string {
  const { seconds, nanos } = unixTime(bytes, at);
  if (seconds === 0 && nanos === 0) return '';
  if (seconds !== knownSecond) {
    knownText = new Date(seconds * 1_000).toISOString().slice(0, -4);
    knownSecond = seconds;
  }
  return `${knownText}${String(nanos).padStart(9, '0')}Z`;
}

/** The same nanoseconds in decimal. */
export function unixNanosText(bytes: Buffer, at: number): string {
  const { seconds, nanos } = unixTime(bytes, at);
  return seconds === 0 ? String(nanos) : `${seconds}${String(nanos).padStart(9, '0')}`;
}

/** Nanoseconds from one time to another; 0 when it is before. */
export function nanosBetween(bytes: Buffer, from: number, to: number): string {
  const start = unixTime(bytes, from);
  const end = unixTime(bytes, to);
  const seconds = end.seconds - start.seconds - (end.nanos < start.nanos ? 1 : 0);
  const nanos = (end.nanos - start.nanos + BILLION) % BILLION;
  if (seconds < 0) return '0';
  return seconds === 0 ? String(nanos) : `${seconds}${String(nanos).padStart(9, '0')}`;
}

/** By long division in parts of 16 bits, since doubles hold 53 bits and BigInt takes ten times as long. */
function unixTime(bytes: Buffer, at: number): UnixTime {
  const low = bytes.readUInt32LE(at);
  const high = bytes.readUInt32LE(at + 4);
  let rest = high % BILLION;
  let seconds = Math.floor(high / BILLION) * 0x1_0000_0000;
  const upper = rest * 0x1_0000 + (low >>> 16);
  seconds += Math.floor(upper / BILLION) * 0x1_0000;
  rest = upper % BILLION;
  const lower = rest * 0x1_0000 + (low & 0xffff);
  seconds += Math.floor(lower / BILLION);
  return { seconds, nanos: lower % BILLION };
}
