import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The server cannot start. The message is one line for people: what is wrong and what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

const LOCK_FILE = 'moalog.pid';

/** A directory that this process alone uses, until `release`. */
export interface DataDirectory {
  readonly path: string;
  release(): void;
}

/**
 * Makes the data directory, checks that it can be written and has room, and takes it for this process. A lock left by
 * a process that is gone is taken over. Throws StartError.
 */
export function takeDataDirectory(directory: string, minFreeBytes: number): DataDirectory {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(directory, '.write-test'), '');
    rmSync(path.join(directory, '.write-test'));
  } catch (error) {
    throw new StartError(
      `The data directory ${directory} cannot be written (${code(error)}); choose another with --data-dir or change its owner.`,
      { cause: error },
    );
  }
  const disk = statfsSync(directory);
  const freeBytes = disk.bavail * disk.bsize;
  if (freeBytes < minFreeBytes) {
    throw new StartError(
      `Only ${Math.floor(freeBytes / 1024 ** 2)} MiB are free where ${directory} lies and ${Math.ceil(minFreeBytes / 1024 ** 2)} MiB are needed; make room, or lower --min-free-bytes.`,
    );
  }
  const lock = path.join(directory, LOCK_FILE);
  const owner = `${process.pid} ${startTimeOf(process.pid)}`;
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(lock, owner, { flag: 'wx' });
      return { path: directory, release: () => rmSync(lock, { force: true }) };
    } catch (error) {
      if (code(error) !== 'EEXIST' || attempt > 3)
        throw new StartError(`The lock ${lock} cannot be written (${code(error)}).`, { cause: error });
      const [pid = '', started = ''] = readFileSync(lock, 'utf8').trim().split(' ');
      if (isRunning(Number(pid), started)) {
        throw new StartError(
          `Another Moalog (process ${pid}) uses ${directory}; stop it, or choose another directory with --data-dir.`,
        );
      }
      rmSync(lock, { force: true });
    }
  }
}

function isRunning(pid: number, started: string): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return code(error) === 'EPERM';
  }
  // A process id is used again after a reboot: the start time tells whether it is still the same process.
  const now = startTimeOf(pid);
  return started === '' || now === '' || now === started;
}

/** Start time in clock ticks since boot (Linux: proc(5), field 22 of stat); '' where it cannot be read. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

const code = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
