import { MoalogError } from '#errors';

/** How a field of a message is written in JSON and in protobuf; `() => message` for a message. */
export type FieldKind =
  | 'string'
  | 'bool'
  | 'enum'
  | 'uint32'
  | 'sint32'
  | 'int64'
  | 'double'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  | 'hex'
  | 'base64'
  | (() => Message);

/** Fields of a message by their JSON name. An array in JSON is a repeated field, whatever the table says. */
export type Message = Readonly<Record<string, readonly [number: number, kind: FieldKind]>>;

const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];
/** Messages nested deeper are left out: values that deep are cut anyway. */
const MAX_DEPTH = 220;
/** Lengths are written before they are known, so in as many bytes as any length needs (a varint may be longer than it must). */
const LENGTH_BYTES = 5;
const MAX_SCALAR_BYTES = 20;
/** An integer below this is written without BigInt. */
const SMALL = 2 ** 31;

/**
 * A message in protobuf's JSON form as protobuf, so that there is one decoder. Fields that the table does not have are left out, as the form says.
 * Throws invalid_body with the path of what is of the wrong kind.
 */
export function fromJson(value: unknown, message: Message): Buffer {
  const encoder = new Encoder();
  encoder.message(value, message, 0);
  return encoder.bytes();
}

class Encoder {
  #out = Buffer.allocUnsafe(64 * 1024);
  #at = 0;
  readonly #path: (string | number)[] = [];

  bytes(): Buffer {
    return this.#out.subarray(0, this.#at);
  }

  message(value: unknown, message: Message, depth: number): void {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw this.#wrong('an object');
    for (const [name, given] of Object.entries(value)) {
      const field = Object.hasOwn(message, name) ? message[name] : undefined;
      if (field === undefined || given === null || depth > MAX_DEPTH) continue;
      this.#path.push(name);
      if (Array.isArray(given)) {
        for (let i = 0; i < given.length; i++) {
          this.#path.push(i);
          this.#field(field, given[i], depth);
          this.#path.pop();
        }
      } else this.#field(field, given, depth);
      this.#path.pop();
    }
  }

  #field([number, kind]: Message[string], value: unknown, depth: number): void {
    if (typeof kind !== 'function') {
      this.#scalar(number, kind, value);
      return;
    }
    this.#tag(number, LENGTH);
    const lengthAt = this.#at;
    this.#at += LENGTH_BYTES;
    this.message(value, kind(), depth + 1);
    let length = this.#at - lengthAt - LENGTH_BYTES;
    for (let i = 0; i < LENGTH_BYTES - 1; i++, length = Math.floor(length / 128))
      this.#out[lengthAt + i] = (length % 128) | 128;
    this.#out[lengthAt + LENGTH_BYTES - 1] = length;
  }

  #scalar(number: number, kind: Exclude<FieldKind, () => Message>, value: unknown): void {
    switch (kind) {
      case 'string':
      case 'hex':
      case 'base64':
        this.#text(number, kind, value);
        return;
      case 'bool':
        if (typeof value !== 'boolean') throw this.#wrong('true or false');
        this.#tag(number, VARINT);
        this.#out[this.#at++] = value ? 1 : 0;
        return;
      case 'double':
        this.#tag(number, FIXED64);
        this.#at = this.#out.writeDoubleLE(this.#double(value), this.#at);
        return;
      case 'fixed64':
      case 'sfixed64':
        this.#tag(number, FIXED64);
        this.#at = this.#out.writeBigUInt64LE(BigInt.asUintN(64, this.#integer(value)), this.#at);
        return;
      case 'fixed32':
        this.#tag(number, FIXED32);
        this.#at = this.#out.writeUInt32LE(Number(BigInt.asUintN(32, this.#integer(value))), this.#at);
        return;
      case 'sint32': {
        const plain = BigInt.asIntN(32, this.#integer(value));
        this.#tag(number, VARINT);
        this.#varint(BigInt.asUintN(32, (plain << 1n) ^ (plain >> 31n)));
        return;
      }
      case 'enum':
      case 'uint32':
      case 'int64':
        this.#tag(number, VARINT);
        if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < SMALL) this.#small(value);
        else this.#varint(BigInt.asUintN(64, this.#integer(value)));
    }
  }

  #text(number: number, kind: 'string' | 'hex' | 'base64', value: unknown): void {
    if (typeof value !== 'string') throw this.#wrong(kind === 'string' ? 'a text' : `${kind} text`);
    if (kind === 'hex' && !/^(?:[0-9a-fA-F]{2})*$/.test(value)) throw this.#wrong('hexadecimal text');
    const encoding = kind === 'string' ? 'utf8' : kind;
    const length = Buffer.byteLength(value, encoding);
    this.#tag(number, LENGTH);
    this.#ensure(length + MAX_SCALAR_BYTES);
    const lengthAt = this.#at;
    this.#small(length);
    const written = this.#out.write(value, this.#at, encoding);
    if (written === length) {
      this.#at += written;
      return;
    }
    // Base64 with something else in it is shorter than it looks.
    const bytes = Buffer.from(this.#out.subarray(this.#at, this.#at + written));
    this.#at = lengthAt;
    this.#small(written);
    this.#at += bytes.copy(this.#out, this.#at);
  }

  #tag(number: number, encoding: number): void {
    this.#ensure(MAX_SCALAR_BYTES);
    this.#small(number * 8 + encoding);
  }

  #small(value: number): void {
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.#out[this.#at++] = (rest & 127) | 128;
    this.#out[this.#at++] = rest;
  }

  #varint(value: bigint): void {
    this.#at += varint(value).copy(this.#out, this.#at);
  }

  #ensure(more: number): void {
    if (this.#at + more <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#at + more, this.#out.length * 2));
    this.#out.copy(larger, 0, 0, this.#at);
    this.#out = larger;
  }

  /** 64-bit numbers are texts in JSON; numbers are taken too. */
  #integer(value: unknown): bigint {
    if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
    if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
    throw this.#wrong('a whole number');
  }

  #double(value: unknown): number {
    if (typeof value === 'number') return value;
    if (typeof value === 'string' && /^(?:NaN|-?Infinity|[-+\d.eE]+)$/.test(value)) return Number(value);
    throw this.#wrong('a number');
  }

  #wrong(wanted: string): MoalogError {
    const what = this.#path.length === 0 ? 'The body' : this.#path.join('.');
    return new MoalogError('invalid_body', `${what} must be ${wanted}; nothing of the body was accepted.`);
  }
}

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
