import { MoalogError } from '#errors';

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * Walks a large JSON document in place, value by value, so that it never stands in memory as objects: 1 to 2 ns a byte. What `take` gives is one value's
 * text, not looked at but for its brackets and strings. Throws invalid_body where the document's own structure is broken.
 */
export class JsonCursor {
  readonly #bytes: Buffer;
  #at: number;
  /** Whether a container was entered just now, so that no comma stands before what follows. */
  #isFresh = false;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Offset of the next value, for another cursor to come back to. */
  get position(): number {
    return this.#at;
  }

  /** Steps into the object that comes next; false when something else does. */
  enterObject(): boolean {
    return this.#enter(OPEN_BRACE);
  }

  enterArray(): boolean {
    return this.#enter(OPEN_BRACKET);
  }

  /** Key of the next member, whose value must be taken, skipped or entered then; null at the end of the object. */
  nextKey(): string | null {
    if (!this.#hasNext(CLOSE_BRACE)) return null;
    const key = this.take();
    if (this.#peek() !== COLON || !key.startsWith('"')) throw this.#broken();
    this.#at++;
    try {
      return JSON.parse(key);
    } catch {
      throw this.#broken();
    }
  }

  /** Whether there is another element; steps out of the array when there is none. */
  nextElement(): boolean {
    return this.#hasNext(CLOSE_BRACKET);
  }

  /** Text of the next value. */
  take(): string {
    this.#peek();
    const start = this.#at;
    this.skip();
    return this.#bytes.toString('utf8', start, this.#at);
  }

  skip(): void {
    const first = this.#peek();
    if (first === QUOTE) this.#skipString();
    else if (first === OPEN_BRACE || first === OPEN_BRACKET) this.#skipContainer();
    else this.#skipScalar();
    this.#isFresh = false;
  }

  /** Nothing may follow. */
  end(): void {
    if (this.#peek() !== undefined) throw this.#broken();
  }

  #enter(open: number): boolean {
    if (this.#peek() !== open) return false;
    this.#at++;
    this.#isFresh = true;
    return true;
  }

  #hasNext(close: number): boolean {
    if (this.#peek() === close) {
      this.#at++;
      this.#isFresh = false;
      return false;
    }
    if (!this.#isFresh) {
      if (this.#peek() !== COMMA) throw this.#broken();
      this.#at++;
    }
    this.#isFresh = false;
    return true;
  }

  /** The next byte that is no space; undefined at the end. */
  #peek(): number | undefined {
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return byte;
      this.#at++;
    }
  }

  #skipString(): void {
    const bytes = this.#bytes;
    for (let at = this.#at + 1; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) {
        this.#at = at + 1;
        return;
      }
    }
    throw this.#broken();
  }

  #skipContainer(): void {
    let depth = 0;
    for (; this.#at < this.#bytes.length; this.#at++) {
      const byte = this.#bytes[this.#at];
      if (byte === QUOTE) {
        this.#skipString();
        this.#at--;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
        this.#at++;
        return;
      }
    }
    throw this.#broken();
  }

  #skipScalar(): void {
    const start = this.#at;
    while (isScalarByte(this.#bytes[this.#at] ?? 0)) this.#at++;
    if (this.#at === start) throw this.#broken();
  }

  #broken(): MoalogError {
    return new MoalogError('invalid_body', `The body is not JSON: it is broken at byte ${this.#at}.`);
  }
}

/** Of a number, true, false or null. */
const isScalarByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2d ||
  byte === 0x2b ||
  byte === 0x2e ||
  byte === 0x45;
