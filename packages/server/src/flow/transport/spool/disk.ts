import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rm, statfs, writeFile } from 'node:fs/promises';

/** A file that is appended to. Calls come one after another. */
export interface SpoolFile {
  /** Writes all of the buffers from `position` on, or rejects with some of them written. */
  writeAt(position: number, buffers: readonly Buffer[]): Promise<void>;
  /** Resolves when everything written would survive a power cut. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** What the spool asks of a file system; tests put one in its place that is full or fails to sync. */
export interface Disk {
  create(file: string): Promise<SpoolFile>;
  reopen(file: string): Promise<SpoolFile>;
  read(file: string): Promise<Buffer>;
  /** Writes a whole file that may be torn by a crash. */
  write(file: string, text: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Makes names created in or removed from the directory durable. */
  syncDirectory(directory: string): Promise<void>;
  freeBytes(directory: string): Promise<number>;
}

const OPEN_NEW = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR;

export const nodeDisk: Disk = {
  create: async (file) => spoolFile(await open(file, OPEN_NEW, 0o600)),
  reopen: async (file) => spoolFile(await open(file, 'r+')),
  read: (file) => readFile(file),
  write: (file, text) => writeFile(file, text, { mode: 0o600 }),
  remove: (file) => rm(file, { force: true }),
  async syncDirectory(directory) {
    // Windows has no handle to a directory; its file system journals names by itself.
    if (process.platform === 'win32') return;
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async freeBytes(directory) {
    const disk = await statfs(directory);
    return disk.bavail * disk.bsize;
  },
};

function spoolFile(handle: FileHandle): SpoolFile {
  return {
    async writeAt(position, buffers) {
      let rest = buffers;
      let at = position;
      while (rest.length > 0) {
        const { bytesWritten } = await handle.writev(rest, at);
        at += bytesWritten;
        rest = behind(rest, bytesWritten);
      }
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}

/** What is left of `buffers` after `bytes` of them: a write to a disk that just became full may end in the middle. */
function behind(buffers: readonly Buffer[], bytes: number): readonly Buffer[] {
  let skip = bytes;
  for (const [index, buffer] of buffers.entries()) {
    if (skip < buffer.length) return [buffer.subarray(skip), ...buffers.slice(index + 1)];
    skip -= buffer.length;
  }
  return [];
}
