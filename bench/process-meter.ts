import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Linux counts CPU time of processes in hundredths of a second. */
const TICK_MS = 10;

/** CPU time and peak memory of a process, from /proc (Linux). */
export class ProcessMeter {
  readonly #pid: number;
  readonly #startMs: number;

  constructor(pid: number) {
    this.#pid = pid;
    this.#startMs = this.#total();
  }

  /** Since the meter was made. */
  cpuMs(): number {
    return this.#total() - this.#startMs;
  }

  peakMiB(): number {
    return Math.round(
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${this.#pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
    );
  }

  #total(): number {
    const stat = readFileSync(`/proc/${this.#pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }
}

/** Bytes of all files below. */
export function directoryBytes(directory: string): number {
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    try {
      bytes += entry.isDirectory() ? directoryBytes(file) : statSync(file).size;
    } catch {
      // Merges remove parts while this reads: what is gone does not count.
    }
  }
  return bytes;
}
