const BILLION = 1_000_000_000;

let knownSecond = Number.NaN;
let knownText = '';

/**
 * RFC 3339 in UTC of nanoseconds since the epoch in the eight bytes at `at`, little end first; '' for 0, which means "not known". By long division in
 * parts of 16 bits, since doubles hold 53 bits and BigInt takes ten times as long. The second of the record before is mostly the same.
 */
export function isoOfUnixNanos(bytes: Buffer, at: number): string {
  const low = bytes.readUInt32LE(at);
  const high = bytes.readUInt32LE(at + 4);
  if (low === 0 && high === 0) return '';
  let rest = high % BILLION;
  let seconds = Math.floor(high / BILLION) * 0x1_0000_0000;
  const upper = rest * 0x1_0000 + (low >>> 16);
  seconds += Math.floor(upper / BILLION) * 0x1_0000;
  rest = upper % BILLION;
  const lower = rest * 0x1_0000 + (low & 0xffff);
  seconds += Math.floor(lower / BILLION);
  return isoOf(seconds, lower % BILLION);
}

function isoOf(seconds: number, nanos: number): string {
  if (seconds !== knownSecond) {
    knownText = new Date(seconds * 1_000).toISOString().slice(0, -4);
    knownSecond = seconds;
  }
  return `${knownText}${String(nanos).padStart(9, '0')}Z`;
}
