import { MoalogError } from '#errors';
import type { Lines } from '../intake/index.ts';
import { ESCAPED, escapedBytes, fitting, SHORT_ESCAPES } from './json-escapes.ts';

const [NEWLINE, QUOTE, BACKSLASH, COMMA, COLON] = [10, 0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE] = [0x7b, 0x7d];
/** The store reads longer lines as text: what would go beyond is cut, and the event says so. */
const MAX_LINE_BYTES = 1_000_000;
/** Room for a cut line's mark and brackets. */
const SPARE_BYTES = 256;
/** Runs of bytes up to this length are copied one by one: a call costs more. */
const SHORT_BYTES = 24;
/** What is common to many records stands in each line: this keeps a small body from becoming a huge one. */
const MAX_GROWTH = 8;
const MAX_SPARE_BYTES = 128 * 1024 * 1024;
/** Ids have 8 or 16 bytes. */
const MAX_HEX_BYTES = 64;

const HEX = Buffer.from('0123456789abcdef');
/**
 * Writes event lines as bytes: flat JSON objects, one a line. Texts come in UTF-8 and are copied with what must be escaped; measured
 * 3 times faster than strings and JSON.stringify for a record of 400 bytes (bench/receivers.ts).
 */
export class LineWriter {
  #bytes: Buffer;
  #at = 0;
  #rows = 0;
  #lineStart = 0;
  #isFirst = true;
  #wasCut = false;
  readonly #maxBytes: number;
  /** Lines that were too long and were cut. */
  cutRows = 0;

  constructor(bodyBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(4_096, bodyBytes * 2));
    this.#maxBytes = bodyBytes * MAX_GROWTH + MAX_SPARE_BYTES;
  }

  /** The lines so far; nothing may be written after this. */
  lines(): Lines {
    return { payload: this.#bytes.subarray(0, this.#at), rows: this.#rows };
  }

  /**
   * Gives the memory back at once, after the lines are durable: `lines()` is empty from then on. Left to the collector, such buffers make it work more
   * often than the lines are worth (intake/body.ts).
   */
  release(): void {
    const { buffer } = this.#bytes;
    if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  }

  begin(): void {
    this.#ensure(1);
    this.#lineStart = this.#at;
    this.#bytes[this.#at++] = OPEN_BRACE;
    this.#isFirst = true;
    this.#wasCut = false;
  }

  end(): void {
    this.#mark();
    this.#ensure(2);
    this.#bytes[this.#at++] = CLOSE_BRACE;
    this.#bytes[this.#at++] = NEWLINE;
    this.#rows++;
  }

  /** Begins a field; its value follows by one of the calls below. False when the line is full: then the field is left out. */
  name(from: Buffer, start = 0, end = from.length): boolean {
    if (this.#at - this.#lineStart + (end - start) * 6 > MAX_LINE_BYTES - SPARE_BYTES) {
      this.#wasCut = true;
      return false;
    }
    this.#name(from, start, end);
    return true;
  }

  /** UTF-8 bytes of `from`. */
  text(from: Buffer, start = 0, end = from.length): void {
    const room = MAX_LINE_BYTES - (this.#at - this.#lineStart);
    let stop = end;
    if ((stop - start) * 6 > room && escapedBytes(from, start, stop) > room) {
      stop = fitting(from, start, stop, room);
      this.#wasCut = true;
    }
    this.#ensure((stop - start) * 6 + 2);
    this.#bytes[this.#at++] = QUOTE;
    this.#escaped(from, start, stop);
    this.#bytes[this.#at++] = QUOTE;
  }

  /** ASCII that needs no escaping: numbers, times, words of ours. */
  word(value: string): void {
    this.#ascii(`"${value}"`);
  }

  /** A number, true or false, or JSON without texts, as it is. */
  json(value: string): void {
    this.#ascii(value);
  }

  /** Begins an object as the value of a field; `close` ends it. One level, for lines of tables other than the log events. */
  open(name: Buffer): void {
    this.#name(name, 0, name.length);
    this.#ensure(1);
    this.#bytes[this.#at++] = OPEN_BRACE;
    this.#isFirst = true;
  }

  close(): void {
    this.#mark();
    this.#ensure(1);
    this.#bytes[this.#at++] = CLOSE_BRACE;
    this.#isFirst = false;
  }

  hex(from: Buffer, start: number, end: number): void {
    const stop = Math.min(end, start + MAX_HEX_BYTES);
    this.#ensure((stop - start) * 2 + 2);
    const out = this.#bytes;
    let at = this.#at;
    out[at++] = QUOTE;
    for (let i = start; i < stop; i++) {
      const byte = from[i] ?? 0;
      out[at++] = HEX[byte >>> 4] ?? 0;
      out[at++] = HEX[byte & 15] ?? 0;
    }
    out[at++] = QUOTE;
    this.#at = at;
  }

  /** Fields written before (`takeFields`), as they are. */
  fields(fields: Buffer): void {
    if (fields.length === 0) return;
    if (this.#at - this.#lineStart + fields.length > MAX_LINE_BYTES) {
      this.#wasCut = true;
      return;
    }
    this.#ensure(fields.length + 1);
    if (!this.#isFirst) this.#bytes[this.#at++] = COMMA;
    this.#isFirst = false;
    this.#at += fields.copy(this.#bytes, this.#at);
  }

  /** Takes the fields of the line that was begun out again, as bytes for `fields`. */
  takeFields(): Buffer {
    const fields = Buffer.from(this.#bytes.subarray(this.#lineStart + 1, this.#at));
    this.#at = this.#lineStart;
    return fields;
  }

  /** Says in the line that something of it is missing. */
  #mark(): void {
    if (!this.#wasCut) return;
    this.#name(MARK, 0, MARK.length);
    this.#ascii('"line"');
    this.#wasCut = false;
    this.cutRows++;
  }

  #name(name: Buffer, start: number, end: number): void {
    this.#ensure((end - start) * 6 + 4);
    if (!this.#isFirst) this.#bytes[this.#at++] = COMMA;
    this.#isFirst = false;
    this.#bytes[this.#at++] = QUOTE;
    this.#escaped(name, start, end);
    this.#bytes[this.#at++] = QUOTE;
    this.#bytes[this.#at++] = COLON;
  }

  /** The caller has made room for six times as many bytes. */
  #escaped(from: Buffer, start: number, end: number): void {
    const out = this.#bytes;
    let at = this.#at;
    let i = start;
    while (i < end) {
      const run = i;
      while (i < end && ESCAPED[from[i] ?? 0] === 0) i++;
      if (i - run > SHORT_BYTES) at += from.copy(out, at, run, i);
      else for (let j = run; j < i; j++) out[at++] = from[j] ?? 0;
      if (i >= end) break;
      const byte = from[i++] ?? 0;
      out[at++] = BACKSLASH;
      const short = SHORT_ESCAPES[byte] ?? 0;
      if (short !== 0) {
        out[at++] = short;
      } else {
        out[at++] = 0x75; // u
        out[at++] = 0x30;
        out[at++] = 0x30;
        out[at++] = HEX[byte >>> 4] ?? 0;
        out[at++] = HEX[byte & 15] ?? 0;
      }
    }
    this.#at = at;
  }

  #ascii(text: string): void {
    this.#ensure(text.length);
    const out = this.#bytes;
    for (let i = 0; i < text.length; i++) out[this.#at++] = text.charCodeAt(i);
  }

  #ensure(more: number): void {
    const wanted = this.#at + more;
    if (wanted <= this.#bytes.length) return;
    if (this.#at > this.#maxBytes)
      throw new MoalogError(
        'body_too_large',
        'What the records of this body share (resource and scope attributes) makes too much when it is repeated for each of them. Send smaller batches.',
      );
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

const MARK = Buffer.from('moalog.truncated');
