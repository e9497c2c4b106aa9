import { type Disk, nodeDisk, type SpoolFile } from './disk.ts';

/** A real disk that a test can fill or break. */
export class FaultyDisk implements Disk {
  /** Writes put half of their bytes down and fail with ENOSPC; new files cannot be made. */
  full = false;
  /** So many of the next syncs fail with EIO. */
  failSyncs = 0;
  /** What freeBytes tells, when set. */
  free: number | null = null;
  /** Holds every sync until it resolves. */
  syncGate: Promise<void> = Promise.resolve();
  syncs = 0;

  create = async (file: string): Promise<SpoolFile> => {
    this.#throwWhenFull();
    return this.#wrap(await nodeDisk.create(file));
  };
  reopen = async (file: string): Promise<SpoolFile> => this.#wrap(await nodeDisk.reopen(file));
  read = nodeDisk.read;
  write = async (file: string, text: string): Promise<void> => {
    this.#throwWhenFull();
    await nodeDisk.write(file, text);
  };
  remove = nodeDisk.remove;
  syncDirectory = nodeDisk.syncDirectory;
  freeBytes = async (directory: string): Promise<number> => this.free ?? nodeDisk.freeBytes(directory);

  #throwWhenFull(): void {
    if (this.full) throw diskError('ENOSPC');
  }

  #wrap(file: SpoolFile): SpoolFile {
    return {
      writeAt: async (position, buffers) => {
        if (!this.full) return file.writeAt(position, buffers);
        const all = Buffer.concat(buffers);
        await file.writeAt(position, [all.subarray(0, Math.ceil(all.length / 2))]);
        throw diskError('ENOSPC');
      },
      sync: async () => {
        this.syncs++;
        await this.syncGate;
        if (this.failSyncs > 0) {
          this.failSyncs--;
          throw diskError('EIO');
        }
        await file.sync();
      },
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  }
}

const diskError = (code: string): Error => Object.assign(new Error(`${code}: made by the test`), { code });
