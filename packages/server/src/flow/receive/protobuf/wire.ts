import { MoalogError } from '#errors';

/** How a field is encoded: the low three bits of its tag. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;
const MAX_VARINT_BYTES = 10;
/** Bytes of a varint whose value a double holds exactly. */
const EXACT_BYTES = 7;

/**
 * Reads Protocol Buffers in place (https://protobuf.dev/programming-guides/encoding/). A message is read as
 *
 *     const end = wire.enter();
 *     while (wire.at < end) {
 *       const tag = wire.tag();
 *       if (tag === FIELD) …; else wire.skip(tag);
 *     }
 *     wire.leave(end);
 *
 * Every read is within the bytes and moves forward, or throws invalid_body.
 */
export class Wire {
  readonly bytes: Buffer;
  at: number;
  readonly #view: DataView;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Field number × 8 + encoding. */
  tag(): number {
    const tag = this.varint();
    if (tag < 8 || tag > 0xffff_ffff) throw broken('a field has no number');
    return tag;
  }

  /** Enters what has a length: a message, a text, bytes. Gives the offset behind it. */
  enter(): number {
    const length = this.varint();
    const end = this.at + length;
    if (end > this.bytes.length) throw broken('it is cut off');
    return end;
  }

  /** After the last field of a message: a field that ran over its end makes the whole unreadable. */
  leave(end: number): void {
    if (this.at !== end) throw broken('a field runs over the end of its message');
  }

  /** Skips the value of a field that is not known. */
  skip(tag: number): void {
    switch (tag & 7) {
      case VARINT:
        this.varint();
        return;
      case FIXED64:
        this.#take(8);
        return;
      case LENGTH:
        this.at = this.enter();
        return;
      case FIXED32:
        this.#take(4);
        return;
      default:
        throw broken('a field has an encoding that does not exist');
    }
  }

  /** An unsigned number; above 2^53 it is rounded. */
  varint(): number {
    const { bytes } = this;
    const first = bytes[this.at] ?? 128;
    if (first < 128) {
      this.at++;
      return first;
    }
    let value = 0;
    let unit = 1;
    for (let read = 0; read < MAX_VARINT_BYTES; read++) {
      const byte = bytes[this.at];
      if (byte === undefined) throw broken('it is cut off');
      this.at++;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
    throw broken('a number is too long');
  }

  /** A signed 64-bit number in decimal. */
  int64Text(): string {
    const start = this.at;
    const value = this.varint();
    if (this.at - start <= EXACT_BYTES) return String(value);
    let exact = 0n;
    for (let at = this.at - 1; at >= start; at--) exact = (exact << 7n) | BigInt((this.bytes[at] ?? 0) & 127);
    return String(BigInt.asIntN(64, exact));
  }

  /** A signed number in zigzag: 0, -1, 1, -2, …. */
  sint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  fixed32(): number {
    const at = this.at;
    this.#take(4);
    return this.#view.getUint32(at, true);
  }

  /** An unsigned number of eight bytes; above 2^53 it is rounded. */
  fixed64(): number {
    const at = this.at;
    this.#take(8);
    return this.#view.getUint32(at + 4, true) * 0x1_0000_0000 + this.#view.getUint32(at, true);
  }

  sfixed64Text(): string {
    const at = this.at;
    this.#take(8);
    return String(this.#view.getBigInt64(at, true));
  }

  double(): number {
    const at = this.at;
    this.#take(8);
    return this.#view.getFloat64(at, true);
  }

  /** Numbers behind each other in one field. */
  packed(read: () => void): void {
    const end = this.enter();
    while (this.at < end) read();
    this.leave(end);
  }

  /** Text or bytes in place. */
  slice(): Buffer {
    const end = this.enter();
    const slice = this.bytes.subarray(this.at, end);
    this.at = end;
    return slice;
  }

  text(): string {
    const end = this.enter();
    const text = this.bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }

  #take(bytes: number): void {
    if (this.at + bytes > this.bytes.length) throw broken('it is cut off');
    this.at += bytes;
  }
}

export const broken = (why: string): MoalogError =>
  new MoalogError(
    'invalid_body',
    `The body is not the protobuf message of this address: ${why}; nothing of it was accepted.`,
  );
