import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { apply, type Entry, type JournalState } from './stored-file.ts';

const COMPACT_BYTES = 1024 * 1024;

/**
 * What the agent knows of its files, durable: one file of JSON lines, written anew when it has grown. A range is in it before its bytes are sent, and is
 * marked after the server's 2xx: after a crash the same bytes go out under the same batch id.
 */
export class Journal {
  /** Changed by `append` alone. */
  readonly state: JournalState;
  /** Whether there was no journal yet. */
  readonly isNew: boolean;
  readonly #file: string;
  #handle: FileHandle;
  #bytes = 0;
  #waiting: { line: string; done: () => void; failed: (error: unknown) => void }[] = [];
  #writer: Promise<void> | null = null;

  private constructor(file: string, handle: FileHandle, state: JournalState, isNew: boolean) {
    this.#file = file;
    this.#handle = handle;
    this.state = state;
    this.isNew = isNew;
  }

  static async open(directory: string): Promise<Journal> {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = path.join(directory, 'journal.ndjson');
    const state: JournalState = { files: new Map(), copies: new Map() };
    const content = readIfThere(file);
    const lines = (content ?? '').split('\n');
    // The line behind the last newline was torn by a crash: nobody was told that it is durable.
    for (const line of lines.slice(0, -1)) apply(state, JSON.parse(line) as Entry); // written by this class
    writeWhole(file, state);
    return new Journal(file, await open(file, 'a', 0o600), state, content === null);
  }

  /** Applies at once; resolves when the entry would survive a power cut. Rejects with what the disk says; then `sync` tries again. */
  append(entry: Entry): Promise<void> {
    apply(this.state, entry);
    return this.#enqueue(`${JSON.stringify(entry)}\n`);
  }

  /** Resolves when all that was applied would survive a power cut. */
  sync(): Promise<void> {
    return this.#enqueue('');
  }

  #enqueue(line: string): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ line, done, failed });
      this.#writer ??= this.#write().finally(() => {
        this.#writer = null;
      });
    });
  }

  async close(): Promise<void> {
    await this.#writer;
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    // What came in the same turn shares a sync.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      try {
        if (this.#bytes > COMPACT_BYTES) await this.#compact();
        else {
          const lines = Buffer.from(group.map(({ line }) => line).join(''));
          await this.#handle.writeFile(lines);
          await this.#handle.datasync();
          this.#bytes += lines.length;
        }
        for (const { done } of group) done();
      } catch (error) {
        // Half a line may stand there now; the next group begins with the whole state.
        this.#bytes = Number.POSITIVE_INFINITY;
        for (const { failed } of group) failed(error);
      }
    }
  }

  async #compact(): Promise<void> {
    writeWhole(this.#file, this.state);
    const old = this.#handle;
    this.#handle = await open(this.#file, 'a', 0o600);
    this.#bytes = 0;
    await old.close();
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Beside and swapped in, durable. */
function writeWhole(file: string, { files, copies }: JournalState): void {
  const entries: Entry[] = [...files.values()].map((each) => ({ type: 'file', file: each }));
  for (const [inode, of] of copies) entries.push({ type: 'copy', inode, of });
  const fresh = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeFileSync(fresh, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    fsyncSync(fresh);
  } finally {
    closeSync(fresh);
  }
  renameSync(`${file}.new`, file);
  if (process.platform === 'win32') return;
  const directory = openSync(path.dirname(file), 'r');
  fsyncSync(directory);
  closeSync(directory);
}
