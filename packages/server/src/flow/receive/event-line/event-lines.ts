import { MoalogError } from '#errors';
import type { Lines } from '../intake/index.ts';

/** Lines of a request together. What is said once for many of them (labels, a log group) stands in each: this keeps a small body from becoming a huge one. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Texts are turned into bytes in pieces of this many characters, so that few of them are alive at once. */
const PIECE_CHARS = 1024 * 1024;

/** Gathers event lines for a frame. */
export class EventLines {
  readonly #reserve: (bytes: number) => void;
  readonly #pieces: Buffer[] = [];
  #bytes = 0;
  #text = '';
  rows = 0;

  /** `reserve` is told of the memory that the lines take, and may throw. */
  constructor(reserve: (bytes: number) => void = () => {}) {
    this.#reserve = reserve;
  }

  /** A line without a newline in it or behind it. Throws body_too_large. */
  add(line: string): void {
    this.#text += line;
    this.#text += '\n';
    this.rows++;
    if (this.#text.length >= PIECE_CHARS) this.#flush();
  }

  /** Once: nothing may be added then. */
  lines(): Lines {
    this.#flush();
    const payload = Buffer.concat(this.#pieces, this.#bytes);
    this.#pieces.length = 0;
    return { payload, rows: this.rows };
  }

  #flush(): void {
    const piece = Buffer.from(this.#text);
    this.#text = '';
    this.#reserve(piece.length);
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    if (this.#bytes > MAX_BYTES)
      throw new MoalogError(
        'body_too_large',
        `The events of a request may have ${MAX_BYTES} bytes with what is said for all of them. Send fewer at once.`,
      );
  }
}
