const NOTHING = Buffer.alloc(0);

/** Reads a stream in pieces of the length that is asked for. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = NOTHING;
  #at = 0;
  #isTorn = false;

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** A reader of bytes that are all there. */
  static of(bytes: Buffer): ByteReader {
    return new ByteReader(
      (async function* () {
        yield bytes;
      })(),
    );
  }

  /** Whether the stream ended inside a piece that was asked for. */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** The next bytes, a view where they came in one chunk; null when the stream ends before. */
  async take(bytes: number): Promise<Buffer | null> {
    const end = this.#at + bytes;
    if (end <= this.#chunk.length) {
      const piece = this.#chunk.subarray(this.#at, end);
      this.#at = end;
      return piece;
    }
    return this.#gather(bytes);
  }

  async #gather(bytes: number): Promise<Buffer | null> {
    const pieces: Buffer[] = [];
    let missing = bytes;
    for (;;) {
      const piece = this.#chunk.subarray(this.#at, this.#at + missing);
      this.#at += piece.length;
      missing -= piece.length;
      if (piece.length > 0) pieces.push(piece);
      if (missing === 0) return pieces.length === 1 ? piece : Buffer.concat(pieces);
      const next = await this.#chunks.next();
      if (next.done === true) {
        this.#isTorn ||= pieces.length > 0;
        return null;
      }
      this.#chunk = next.value;
      this.#at = 0;
    }
  }
}
