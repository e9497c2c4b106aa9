import { promisify } from 'node:util';
import { gunzip, zstdDecompress } from 'node:zlib';
import { Refusal } from '../listeners/socket-receiver.ts';
import { asText } from './json.ts';
import { decode, elementsOf, valuesIn } from './msgpack.ts';

/** What one message brings, in whichever of the four modes. */
export interface ForwardMessage {
  readonly tag: string;
  /** Entries `[time, record]`, as their bytes; each may be something else. */
  readonly entries: readonly Buffer[];
  /** Wants to be acknowledged under this name. */
  readonly chunk: string | null;
}

const ARRAY_OF_TWO = Buffer.of(0x92);

type Inflate = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;
const CODINGS: Readonly<Record<string, Inflate>> = { gzip: promisify(gunzip), zstd: promisify(zstdDecompress) };

/**
 * Reads a message: Message `[tag, time, record, option?]`, Forward `[tag, [entry, …], option?]`, PackedForward `[tag, bytes of entries, option?]` and the same
 * compressed. Rejects with a Refusal for what is none of them.
 */
export async function readMessage(message: Buffer, maxBytes: number): Promise<ForwardMessage> {
  const elements = elementsOf(message);
  const [tag, second, third, fourth] = elements ?? [];
  if (tag === undefined || second === undefined) throw new Refusal('invalid_message', 'what came is no Fluent forward');
  const entries = elementsOf(second);
  if (entries !== null && !isTimeWithMetadata(entries, third)) return { ...tagAndChunk(tag, third), entries };
  if (isBytes(second)) {
    const packed = await unpacked(second, optionOf(third), maxBytes);
    return { ...tagAndChunk(tag, third), entries: valuesIn(packed) };
  }
  if (third === undefined) throw new Refusal('invalid_message', 'a message has no record');
  return { ...tagAndChunk(tag, fourth), entries: [Buffer.concat([ARRAY_OF_TWO, second, third])] };
}

function tagAndChunk(tag: Buffer, option: Buffer | undefined): Pick<ForwardMessage, 'tag' | 'chunk'> {
  const { chunk } = optionOf(option);
  return { tag: asText(decode(tag)), chunk: chunk === undefined || chunk === null ? null : asText(chunk) };
}

function optionOf(option: Buffer | undefined): Record<string, unknown> {
  const decoded = option === undefined ? null : decode(option);
  return typeof decoded === 'object' && decoded !== null ? Object.fromEntries(Object.entries(decoded)) : {};
}

async function unpacked(second: Buffer, option: Record<string, unknown>, maxBytes: number): Promise<Buffer> {
  const decoded = decode(second);
  const packed = decoded instanceof Uint8Array ? asBuffer(decoded) : textBytes(second);
  const { compressed } = option;
  if (compressed === undefined || compressed === null || compressed === 'text') return packed;
  const inflate = CODINGS[asText(compressed)];
  if (inflate === undefined)
    throw new Refusal('invalid_message', `the compression ${asText(compressed)} is not known; send gzip`);
  try {
    return await inflate(packed, { maxOutputLength: maxBytes });
  } catch (cause) {
    throw cause instanceof RangeError
      ? new Refusal('message_too_large', `a message inflates to more than ${maxBytes} bytes (max_message_bytes)`)
      : new Refusal('invalid_message', `a compressed message cannot be inflated: ${cause}`, { cause });
  }
}

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** Payload of a text, which old senders use for bytes. */
function textBytes(value: Buffer): Buffer {
  const [type = 0] = value;
  return value.subarray(type < 0xc0 ? 1 : type === 0xd9 ? 2 : type === 0xda ? 3 : 5);
}

const isBytes = ([type = 0]: Buffer): boolean =>
  (type >= 0xa0 && type < 0xc0) || (type >= 0xc4 && type <= 0xc6) || (type >= 0xd9 && type <= 0xdb);

/** `[tag, [time, {}], record]` of Fluent Bit 2, which begins like Forward mode: an entry is an array, a time is none. */
const isTimeWithMetadata = (entries: readonly Buffer[], third: Buffer | undefined): boolean =>
  third !== undefined && entries.length === 2 && entries.every((entry) => elementsOf(entry) === null);
