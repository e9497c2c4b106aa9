import { MoalogError } from '#errors';

const [NEWLINE, EQUALS] = [10, 61];
const LENGTH_BYTES = 8;

/** Fields of an entry in order; a name may come more than once. */
export type JournalEntry = readonly (readonly [name: string, value: Buffer])[];

/**
 * Reads systemd's journal export format (https://systemd.io/JOURNAL_EXPORT_FORMATS/) as it comes: `NAME=text` lines, or `NAME`, a little-endian length of eight bytes and
 * that many bytes; an empty line ends an entry. Values are views of what was pushed. Throws invalid_body for what is no such stream, and body_too_large for
 * an entry beyond the limit.
 */
export class JournalReader {
  readonly #maxEntryBytes: number;
  #fields: (readonly [string, Buffer])[] = [];
  #entryBytes = 0;
  /** What came of a field that is not whole, and how many bytes it takes at least. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #needed = 0;

  constructor(maxEntryBytes: number) {
    this.#maxEntryBytes = maxEntryBytes;
  }

  /** Gives every entry that is whole with this chunk. */
  push(chunk: Buffer, onEntry: (entry: JournalEntry) => void): void {
    this.#rest.push(chunk);
    this.#restBytes += chunk.length;
    if (this.#restBytes < this.#needed || (this.#needed === 0 && this.#rest.length > 1 && !chunk.includes(NEWLINE))) {
      this.#limit(this.#restBytes);
      return;
    }
    const bytes = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest);
    let at = 0;
    for (let next = this.#field(bytes, at, onEntry); next > at; next = this.#field(bytes, at, onEntry)) at = next;
    this.#limit(bytes.length - at);
    this.#rest = at === bytes.length ? [] : [bytes.subarray(at)];
    this.#restBytes = bytes.length - at;
  }

  /** The stream is at its end; the last entry may lack its empty line. */
  end(onEntry: (entry: JournalEntry) => void): void {
    if (this.#restBytes > 0) throw broken('it ends within a field');
    this.#endEntry(onEntry);
  }

  /** Offset behind the field at `at`; `at` itself when it is not whole. */
  #field(bytes: Buffer, at: number, onEntry: (entry: JournalEntry) => void): number {
    this.#needed = 0;
    const end = bytes.indexOf(NEWLINE, at);
    if (end < 0) return at;
    if (end === at) {
      this.#endEntry(onEntry);
      return end + 1;
    }
    const equals = bytes.subarray(at, end).indexOf(EQUALS);
    if (equals >= 0) {
      this.#add(bytes.toString('latin1', at, at + equals), bytes.subarray(at + equals + 1, end));
      return end + 1;
    }
    const start = end + 1 + LENGTH_BYTES;
    if (bytes.length < start) {
      this.#needed = start - at;
      return at;
    }
    const length = Number(bytes.readBigUInt64LE(end + 1));
    this.#limit(length);
    if (bytes.length <= start + length) {
      this.#needed = start + length + 1 - at;
      return at;
    }
    if (bytes[start + length] !== NEWLINE) throw broken('a binary field does not end with a newline');
    this.#add(bytes.toString('latin1', at, end), bytes.subarray(start, start + length));
    return start + length + 1;
  }

  #add(name: string, value: Buffer): void {
    if (!/^[A-Za-z0-9_]{1,256}$/.test(name)) throw broken('a field has no name that a journal has');
    this.#limit(value.length);
    this.#entryBytes += value.length + name.length;
    this.#fields.push([name, value]);
  }

  #endEntry(onEntry: (entry: JournalEntry) => void): void {
    const fields = this.#fields;
    this.#fields = [];
    this.#entryBytes = 0;
    if (fields.length > 0) onEntry(fields);
  }

  #limit(more: number): void {
    if (this.#entryBytes + more <= this.#maxEntryBytes) return;
    throw new MoalogError('body_too_large', `A journal entry may have ${this.#maxEntryBytes} bytes.`);
  }
}

const broken = (why: string) =>
  new MoalogError(
    'invalid_body',
    `The body is no journal in the export format: ${why}. What came before it was accepted.`,
  );
