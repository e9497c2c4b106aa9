const NUL = 0;

/** Messages in a TCP stream, each ended by a zero byte. One over the limit is passed over. */
export class GelfFraming {
  readonly #maxBytes: number;
  readonly #onMessage: (message: Buffer) => void;
  readonly #onTooLarge: () => void;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number, onMessage: (message: Buffer) => void, onTooLarge: () => void) {
    this.#maxBytes = maxBytes;
    this.#onMessage = onMessage;
    this.#onTooLarge = onTooLarge;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NUL); end >= 0; end = chunk.indexOf(NUL, start)) {
      this.#add(chunk.subarray(start, end));
      this.end();
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
  }

  /** The message ends here, and so may the stream: the last one need not have its zero byte. */
  end(): void {
    const [parts, bytes] = [this.#parts, this.#bytes];
    this.#parts = [];
    this.#bytes = 0;
    if (bytes > this.#maxBytes) this.#onTooLarge();
    else if (bytes > 0) this.#onMessage(parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts));
  }

  #add(part: Buffer): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    // Beyond the limit only the length is kept.
    if (this.#bytes > this.#maxBytes) this.#parts = [];
    else this.#parts.push(part);
  }
}
