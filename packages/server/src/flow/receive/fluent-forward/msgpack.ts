import { Decoder, ExtData, ExtensionCodec } from '@msgpack/msgpack';
import { Refusal } from '../listeners/socket-receiver.ts';
import { asText, EventTime } from './json.ts';

const NOTHING = Buffer.alloc(0);
const MIN_CAPACITY = 64 * 1024;

/** How far a value was passed over: offset, and how many values are still to pass. */
interface Progress {
  at: number;
  left: number;
}

/** Bytes of a fixed payload behind these types. */
const FIXED: Readonly<Record<number, number>> = {
  ...{ 192: 0, 194: 0, 195: 0, 202: 4, 203: 8 },
  ...{ 204: 1, 205: 2, 206: 4, 207: 8, 208: 1, 209: 2, 210: 4, 211: 8 },
  ...{ 212: 2, 213: 3, 214: 5, 215: 9, 216: 17 },
};
/** Types with a length behind them: bytes of the length, bytes that come besides. */
const SIZED: Readonly<Record<number, readonly [number, number]>> = {
  ...{ 196: [1, 0], 197: [2, 0], 198: [4, 0], 199: [1, 1], 200: [2, 1], 201: [4, 1] },
  ...{ 217: [1, 0], 218: [2, 0], 219: [4, 0] },
};
/** Types with a number of values behind them: bytes of the number, values each. */
const COUNTED: Readonly<Record<number, readonly [number, number]>> = {
  ...{ 220: [2, 1], 221: [4, 1], 222: [2, 2], 223: [4, 2] },
};

/** Passes over values without reading them, and goes on where it stopped when more bytes came. True when all of them are there. */
function pass(bytes: Buffer, progress: Progress): boolean {
  while (progress.left > 0) {
    const { at } = progress;
    const type = bytes[at];
    if (type === undefined) return false;
    let length = 1;
    let values = 0;
    if (type >= 0xe0 || type < 0x80) length = 1;
    else if (type < 0x90) values = 2 * (type & 0x0f);
    else if (type < 0xa0) values = type & 0x0f;
    else if (type < 0xc0) length = 1 + (type & 0x1f);
    else {
      const fixed = FIXED[type];
      const [bytesOf, more] = SIZED[type] ?? COUNTED[type] ?? [0, 0];
      if (fixed === undefined && bytesOf === 0) throw new Refusal('invalid_message', 'what came is not MessagePack');
      if (at + 1 + bytesOf > bytes.length) return false;
      const size = bytesOf === 0 ? 0 : bytes.readUIntBE(at + 1, bytesOf);
      length = 1 + (fixed ?? bytesOf + (COUNTED[type] === undefined ? size + more : 0));
      values = COUNTED[type] === undefined ? 0 : size * more;
    }
    progress.at = at + length;
    progress.left += values - 1;
  }
  return progress.at <= bytes.length;
}

/** Finds whole MessagePack values in a stream. Each byte is looked at once, and nothing is decoded before all of a value is there and within the limit. */
export class MessageFraming {
  readonly #maxBytes: number;
  #bytes: Buffer = NOTHING;
  #start = 0;
  #end = 0;
  #progress: Progress = { at: 0, left: 1 };

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    const kept = this.#end - this.#start;
    if (this.#end + chunk.length > this.#bytes.length) {
      const needed = kept + chunk.length;
      const room =
        needed * 2 > this.#bytes.length ? Buffer.allocUnsafeSlow(Math.max(needed * 2, MIN_CAPACITY)) : this.#bytes;
      this.#bytes.copy(room, 0, this.#start, this.#end);
      this.#progress.at -= this.#start;
      this.#bytes = room;
      this.#start = 0;
      this.#end = kept;
    }
    this.#end += chunk.copy(this.#bytes, this.#end);
  }

  /** The next value as its bytes, a view that holds until the next `push`; null when more must come. Throws a Refusal for what is none or too large. */
  next(): Buffer | null {
    const come = this.#bytes.subarray(0, this.#end);
    const isWhole = pass(come, this.#progress);
    // Values have a byte or more each.
    if (this.#progress.at + this.#progress.left - this.#start > this.#maxBytes)
      throw new Refusal('message_too_large', `a message has more than ${this.#maxBytes} bytes (max_message_bytes)`);
    if (!isWhole) return null;
    const value = come.subarray(this.#start, this.#progress.at);
    this.#start = this.#progress.at;
    this.#progress = { at: this.#start, left: 1 };
    return value;
  }
}

/** The values that follow each other in `bytes`. Throws a Refusal when the last is not whole. */
export function valuesIn(bytes: Buffer): Buffer[] {
  const values: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const progress = { at, left: 1 };
    if (!pass(bytes, progress)) throw new Refusal('invalid_message', 'a value is cut off');
    values.push(bytes.subarray(at, progress.at));
    at = progress.at;
  }
  return values;
}

/** The elements of an array, or null for another value. */
export function elementsOf(value: Buffer): Buffer[] | null {
  const [type = 0] = value;
  if (type >= 0x90 && type < 0xa0) return valuesIn(value.subarray(1));
  return type === 0xdc || type === 0xdd ? valuesIn(value.subarray(type === 0xdc ? 3 : 5)) : null;
}

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: 0,
  encode: () => null,
  decode(data): EventTime | ExtData {
    if (data.length !== 8) return new ExtData(0, data);
    const view = new DataView(data.buffer, data.byteOffset);
    return new EventTime(BigInt(view.getUint32(0)) * 1_000_000_000n + BigInt(view.getUint32(4)));
  },
});
const mapKeyConverter = (key: unknown): string => (typeof key === 'string' ? key : asText(key));
const decoder = new Decoder({ extensionCodec, useBigInt64: true, mapKeyConverter });
const rawDecoder = new Decoder({ rawStrings: true });

/** A value of MessagePack. Integers of 64 bits are bigint. Throws a Refusal for what cannot be read. */
export function decode(value: Buffer): unknown {
  return reading(() => decoder.decode(value));
}

/** The same with texts as their bytes: digests are made of bytes. */
export function decodeRaw(value: Buffer): unknown {
  return reading(() => rawDecoder.decode(value));
}

function reading(read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    throw new Refusal('invalid_message', `a value cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
}
