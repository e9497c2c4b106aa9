import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** How far a file was sent. */
export interface SentFile {
  readonly fingerprint: string;
  readonly fingerprintBytes: number;
  /** Everything before this offset (after decompression) is durable at the server. */
  readonly offset: number;
  /** Size of the file when it was sent to its end, else null. */
  readonly endedAtBytes: number | null;
}

const SAVE_EVERY_MS = 500;

/** What was sent of which file (by inode), kept in a JSON file so that the same command goes on where it was. */
export class SendState {
  readonly #file: string;
  readonly #files: Map<string, SentFile>;
  #savedAt = 0;

  private constructor(file: string, files: Map<string, SentFile>) {
    this.#file = file;
    this.#files = files;
  }

  /** `scope`: what makes it the same command: server, key, options. An unreadable file counts as empty. */
  static open(scope: readonly string[], env: Readonly<Record<string, string | undefined>> = process.env): SendState {
    const home = env.XDG_STATE_HOME || path.join(os.homedir(), '.local', 'state');
    const name = createHash('sha256').update(JSON.stringify(scope)).digest('hex').slice(0, 16);
    const file = path.join(home, 'moalog', `send-${name}.json`);
    try {
      return new SendState(
        file,
        new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, SentFile>)),
      ); // written by save
    } catch {
      return new SendState(file, new Map());
    }
  }

  of(inode: string): SentFile | undefined {
    return this.#files.get(inode);
  }

  set(inode: string, sent: SentFile): void {
    this.#files.set(inode, sent);
    if (Date.now() - this.#savedAt >= SAVE_EVERY_MS) this.save();
  }

  /** Replaces the file at once. Throws what the file system throws. */
  save(): void {
    this.#savedAt = Date.now();
    mkdirSync(path.dirname(this.#file), { recursive: true });
    const next = `${this.#file}.${process.pid}`;
    writeFileSync(next, JSON.stringify(Object.fromEntries(this.#files)), { mode: 0o600 });
    renameSync(next, this.#file);
  }
}
