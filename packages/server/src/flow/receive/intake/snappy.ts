import { MoalogError } from '#errors';
import { Body, tooLarge } from './body.ts';
import type { BodyBudget } from './body-budget.ts';

export interface InflateLimits {
  readonly maxBytes: number;
  readonly budget: BodyBudget;
}

/** A varint of the length takes at most this many bytes. */
const MAX_LENGTH_BYTES = 5;
/** Literals up to this many bytes are copied byte by byte: a call costs more. */
const SHORT_BYTES = 16;

/**
 * Undoes Snappy's block format (https://github.com/google/snappy/blob/main/format_description.txt), which Loki and Prometheus clients
 * send: the whole length, then literals and copies of what came before. The declared length is checked before memory is taken, and every
 * element against it. By hand, since the kept libraries are native ones.
 */
export function unsnappy(body: Body, { maxBytes, budget }: InflateLimits): Body {
  const from = body.bytes;
  const { length, at: start } = readLength(from);
  if (length > maxBytes) throw tooLarge(maxBytes);
  budget.take(length);
  const out = Buffer.allocUnsafeSlow(length + 1);
  let at = start;
  let to = 0;
  while (at < from.length) {
    const tag = from[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      let bytes = (tag >>> 2) + 1;
      if (bytes > 60) {
        const width = bytes - 60;
        if (at + width > from.length) throw broken('a length is cut off');
        bytes = from.readUIntLE(at, width) + 1;
        at += width;
      }
      if (at + bytes > from.length) throw broken('a literal is cut off');
      if (to + bytes > length) throw broken('it holds more than it declares');
      if (bytes <= SHORT_BYTES) for (let i = 0; i < bytes; i++) out[to + i] = from[at + i] ?? 0;
      else from.copy(out, to, at, at + bytes);
      at += bytes;
      to += bytes;
    } else {
      const width = kind === 3 ? 4 : kind;
      if (at + width > from.length) throw broken('a copy is cut off');
      const bytes = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
      const offset = kind === 1 ? ((tag >>> 5) << 8) | (from[at] ?? 0) : from.readUIntLE(at, width);
      at += width;
      if (offset === 0 || offset > to) throw broken('a copy points before the beginning');
      if (to + bytes > length) throw broken('it holds more than it declares');
      // Copies may overlap themselves: a short pattern repeats.
      if (offset >= bytes && bytes > SHORT_BYTES) out.copyWithin(to, to - offset, to - offset + bytes);
      else for (let i = 0; i < bytes; i++) out[to + i] = out[to + i - offset] ?? 0;
      to += bytes;
    }
  }
  if (to !== length) throw broken('it holds less than it declares');
  return Body.owning(out);
}

function readLength(from: Buffer): { length: number; at: number } {
  let length = 0;
  for (let at = 0; at < MAX_LENGTH_BYTES; at++) {
    const byte = from[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { length, at: at + 1 };
  }
  throw broken('it has no length at its start');
}

const broken = (why: string) =>
  new MoalogError('invalid_body', `The snappy body is broken or cut off (${why}); nothing of it was accepted.`);
