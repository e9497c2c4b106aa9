import { createWriteStream, mkdirSync, readdirSync, rmSync, statSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const FILE_BYTES = 64 * 1024 * 1024;
const CHECK_MS = 200;
const NEWLINE = 10;

/** Puts what comes by a pipe into files that the agent follows, and removes those it has sent. Reading the pipe stops while `maxBytes` wait. */
export class StdinBuffer {
  readonly directory: string;
  readonly #maxBytes: number;
  #number: number;
  #file: WriteStream;
  #fileBytes = 0;
  #lastByte = NEWLINE;

  constructor(stateDir: string, maxBytes: number) {
    this.directory = path.join(stateDir, 'stdin');
    this.#maxBytes = maxBytes;
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    this.#number = Math.max(0, ...readdirSync(this.directory).map((name) => Number.parseInt(name, 10) || 0));
    this.#file = this.#open();
  }

  get pattern(): string {
    return path.join(this.directory, '*.buffer');
  }

  /** Resolves when the pipe has ended and its last line is in the file. Rejects with what the disk says. */
  async fill(input: Readable): Promise<void> {
    for await (const given of input) {
      const chunk: Buffer = Buffer.isBuffer(given) ? given : Buffer.from(String(given));
      while (this.#waitingBytes() > this.#maxBytes) await sleep(CHECK_MS);
      await this.#write(chunk);
      // A file ends with a line, so that none is cut in two.
      if (this.#fileBytes >= FILE_BYTES && this.#lastByte === NEWLINE) await this.#turn();
    }
    if (this.#lastByte !== NEWLINE) await this.#write(Buffer.from('\n'));
    await new Promise<void>((resolve) => this.#file.end(() => resolve()));
  }

  /** Removes a file that was sent, unless it is still written to. */
  sent(file: string): void {
    if (file !== this.#file.path || this.#file.closed) rmSync(file, { force: true });
  }

  isEmpty(): boolean {
    return this.#waitingBytes() === 0;
  }

  #waitingBytes(): number {
    return readdirSync(this.directory).reduce(
      (sum, name) => sum + (statSync(path.join(this.directory, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  async #turn(): Promise<void> {
    await new Promise<void>((resolve) => this.#file.end(() => resolve()));
    this.#file = this.#open();
    this.#fileBytes = 0;
  }

  #open(): WriteStream {
    return createWriteStream(path.join(this.directory, `${++this.#number}.buffer`), { flags: 'a', mode: 0o600 });
  }

  #write(chunk: Buffer): Promise<void> {
    this.#fileBytes += chunk.length;
    this.#lastByte = chunk.at(-1) ?? this.#lastByte;
    return new Promise((resolve, reject) => {
      this.#file.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }
}
