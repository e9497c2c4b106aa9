import type { ByteReader } from '../listeners/byte-reader.ts';
import { Refusal } from '../listeners/socket-receiver.ts';

/** Lumberjack: a version (`1` or `2`), a type, numbers in network order. */
export type LumberjackFrame =
  | { readonly kind: 'window'; readonly version: number; readonly events: number }
  /** A JSON object (version 2) as its bytes. */
  | { readonly kind: 'json'; readonly sequence: number; readonly payload: Buffer }
  /** Pairs of texts (version 1). */
  | { readonly kind: 'pairs'; readonly sequence: number; readonly pairs: ReadonlyMap<string, string> }
  /** Frames, deflated. */
  | { readonly kind: 'compressed'; readonly payload: Buffer };

const [ONE, TWO] = [0x31, 0x32];
const MAX_PAIRS = 10_000;

/** The next frame, or null when the stream ends. Payloads may be views. Rejects with a Refusal for what is no Lumberjack or over the limit. */
export async function readFrame(reader: ByteReader, maxBytes: number): Promise<LumberjackFrame | null> {
  const head = await reader.take(2);
  if (head === null) return null;
  const [version = 0, type = 0] = head;
  if (version !== ONE && version !== TWO) throw new Refusal('invalid_message', 'what came is not Lumberjack');
  switch (String.fromCharCode(type)) {
    case 'W': {
      const events = await readNumber(reader);
      return events === null ? null : { kind: 'window', version, events };
    }
    case 'J': {
      const sequence = await readNumber(reader);
      const payload = await readSized(reader, maxBytes);
      return sequence === null || payload === null ? null : { kind: 'json', sequence, payload };
    }
    case 'D':
      return readPairs(reader, maxBytes);
    case 'C': {
      const payload = await readSized(reader, maxBytes);
      return payload === null ? null : { kind: 'compressed', payload };
    }
    default:
      throw new Refusal('invalid_message', `there is no Lumberjack frame of type ${type}`);
  }
}

async function readPairs(reader: ByteReader, maxBytes: number): Promise<LumberjackFrame | null> {
  const sequence = await readNumber(reader);
  const count = await readNumber(reader);
  if (sequence === null || count === null) return null;
  if (count > MAX_PAIRS) throw new Refusal('message_too_large', `an event has ${count} fields; ${MAX_PAIRS} are taken`);
  const pairs = new Map<string, string>();
  let left = maxBytes;
  for (let number = 0; number < count; number++) {
    const name = await readSized(reader, left);
    const value = name === null ? null : await readSized(reader, left - name.length);
    if (name === null || value === null) return null;
    left -= name.length + value.length;
    pairs.set(name.toString('utf8'), value.toString('utf8'));
  }
  return { kind: 'pairs', sequence, pairs };
}

async function readNumber(reader: ByteReader): Promise<number | null> {
  return (await reader.take(4))?.readUInt32BE() ?? null;
}

async function readSized(reader: ByteReader, maxBytes: number): Promise<Buffer | null> {
  const length = await readNumber(reader);
  if (length === null) return null;
  if (length > maxBytes)
    throw new Refusal('message_too_large', `a frame has ${length} bytes; ${maxBytes} are left (max_message_bytes)`);
  return reader.take(length);
}
