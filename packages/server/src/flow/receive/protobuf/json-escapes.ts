const [NEWLINE, QUOTE, BACKSLASH, OPEN_BRACE] = [10, 0x22, 0x5c, 0x7b];

/** Bytes that a JSON text cannot hold as they are. `{` is one of them: a line without a second brace is read by the store's fast reader. */
export const ESCAPED = new Uint8Array(256);
ESCAPED.fill(1, 0, 32);
for (const byte of [QUOTE, BACKSLASH, OPEN_BRACE]) ESCAPED[byte] = 1;

/** The second byte of escapes of two bytes. */
export const SHORT_ESCAPES = new Uint8Array(256);
for (const [byte, second] of [
  [QUOTE, '"'],
  [BACKSLASH, '\\'],
  [NEWLINE, 'n'],
  [13, 'r'],
  [9, 't'],
] as const)
  SHORT_ESCAPES[byte] = second.charCodeAt(0);

const escapedSize = (byte: number): number => (ESCAPED[byte] === 0 ? 1 : SHORT_ESCAPES[byte] === 0 ? 6 : 2);

/** Bytes of a text once it is escaped. */
export function escapedBytes(from: Buffer, start: number, end: number): number {
  let bytes = 0;
  for (let i = start; i < end; i++) bytes += escapedSize(from[i] ?? 0);
  return bytes;
}

/** How far a text may be written into so much room; never in the middle of a character. */
export function fitting(from: Buffer, start: number, end: number, room: number): number {
  let left = room;
  let i = start;
  while (i < end) {
    left -= escapedSize(from[i] ?? 0);
    if (left < 0) break;
    i++;
  }
  while (i > start && i < end && ((from[i] ?? 0) & 0xc0) === 0x80) i--;
  return i;
}
