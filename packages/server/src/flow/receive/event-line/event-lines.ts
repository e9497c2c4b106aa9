import type { Lines } from '../intake/index.ts';

/** Gathers event lines for a frame. */
export class EventLines {
  readonly #lines: string[] = [];

  /** A line without a newline in it or behind it. */
  add(line: string): void {
    this.#lines.push(line);
  }

  get rows(): number {
    return this.#lines.length;
  }

  lines(): Lines {
    const rows = this.#lines.length;
    return { payload: Buffer.from(rows === 0 ? '' : `${this.#lines.join('\n')}\n`), rows };
  }
}
