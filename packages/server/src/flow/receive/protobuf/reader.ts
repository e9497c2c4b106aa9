import { MoalogError } from '#errors';

const torn = () =>
  new MoalogError('invalid_body', 'The protobuf message is broken or cut off; nothing of it was accepted.');

/** Wire types of the encoding (https://protobuf.dev/programming-guides/encoding/). */
const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];

/**
 * Walks the fields of a protobuf message in place: `next` moves to a field, then its value is read by its type or skipped. Throws invalid_body
 * for what is no message; it never reads beyond its end and ends for any bytes.
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  #wireType = VARINT;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  /** Number of the next field, 0 at the end. Its value must be read or skipped before the next call. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#varint();
    this.#wireType = tag & 7;
    const field = Math.floor(tag / 8);
    if (field === 0) throw torn();
    return field;
  }

  /** A varint as a number; above 2^53 it is inexact. */
  uint(): number {
    this.#expect(VARINT);
    return this.#varint();
  }

  /** A varint as int64. */
  int64(): bigint {
    this.#expect(VARINT);
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw torn();
  }

  text(): string {
    const start = this.#open();
    return this.#bytes.toString('utf8', start, this.#at);
  }

  message(): ProtobufReader {
    const start = this.#open();
    return new ProtobufReader(this.#bytes, start, this.#at);
  }

  skip(): void {
    if (this.#wireType === VARINT) this.#varint();
    else if (this.#wireType === FIXED64) this.#advance(8);
    else if (this.#wireType === LENGTH) this.#open();
    else if (this.#wireType === FIXED32) this.#advance(4);
    else throw torn();
  }

  /** Moves behind a length-delimited value and gives its start. */
  #open(): number {
    this.#expect(LENGTH);
    const length = this.#varint();
    const start = this.#at;
    this.#advance(length);
    return start;
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw torn();
  }

  #advance(bytes: number): void {
    if (bytes > this.#end - this.#at) throw torn();
    this.#at += bytes;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw torn();
    return this.#bytes[this.#at++] ?? 0;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1, bytes = 0; bytes < 10; scale *= 128, bytes++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw torn();
  }
}
