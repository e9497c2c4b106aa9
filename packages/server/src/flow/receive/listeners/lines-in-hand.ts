import type { Handful } from './socket-receiver.ts';

const [NEWLINE, SPACE] = [10, 32];

/** Event lines of one sender until they are handed over together. */
export class LinesInHand {
  #lines: Buffer[] = [];
  #bytes = 0;

  /** Bytes of the lines, with their newlines. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a line as it came, without its newline; newlines inside (JSON has them between its parts alone) become spaces. Empty ones are left out. */
  add(line: Buffer): void {
    if (line.length === 0) return;
    let at = line.indexOf(NEWLINE);
    const own = at < 0 ? line : Buffer.from(line);
    for (; at >= 0; at = own.indexOf(NEWLINE, at)) own[at] = SPACE;
    this.#lines.push(own);
    this.#bytes += own.length + 1;
  }

  /** All of them in memory of their own; null when there are none. */
  give(): Handful | null {
    const [lines, bytes] = [this.#lines, this.#bytes];
    if (lines.length === 0) return null;
    this.#lines = [];
    this.#bytes = 0;
    const payload = Buffer.allocUnsafeSlow(bytes);
    let at = 0;
    for (const line of lines) {
      at += line.copy(payload, at);
      payload[at++] = NEWLINE;
    }
    return { payload, rows: lines.length };
  }
}
