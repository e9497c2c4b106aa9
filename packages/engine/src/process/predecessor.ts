import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const PID_FILE = 'engine.pid';
/** An engine whose parent was killed ends by itself in moments; on a machine that is very busy they are long. */
const PATIENCE_MS = 60_000;

/**
 * Waits until the process that had this directory before is gone, then notes this one. An engine outlives a killed parent for a moment
 * and may still be writing.
 */
export async function succeedPredecessor(dataDir: string): Promise<void> {
  const file = path.join(dataDir, PID_FILE);
  const giveUp = Date.now() + PATIENCE_MS;
  for (let before = read(file); before !== null && isAlive(before.engine); before = read(file)) {
    // Its parent lives: it is no orphan, and will not go away.
    const orphan = !isAlive(before.parent);
    if (!orphan || Date.now() > giveUp)
      throw new Error(`another process uses this directory (engine ${before.engine.pid})`);
    await sleep(20);
  }
  const own = [process.pid, process.ppid].map((pid) => `${pid} ${startOf(pid)}`);
  writeFileSync(file, `${own.join(' ')}\n`);
}

interface Noted {
  readonly pid: number;
  readonly start: string;
}

function read(file: string): { readonly engine: Noted; readonly parent: Noted } | null {
  try {
    const [pid, start = '', parentPid, parentStart = ''] = readFileSync(file, 'utf8').trim().split(' ');
    return { engine: { pid: Number(pid), start }, parent: { pid: Number(parentPid), start: parentStart } };
  } catch {
    return null;
  }
}

function isAlive({ pid, start }: Noted): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // Process ids are used again: the start time tells whether it is the same process. A zombie has ended.
  const now = startOf(pid);
  return now === '' || start === '' || now === start;
}

/** Clock ticks since boot (Linux: proc(5), stat field 22); '' where it cannot be read, `ended` for a zombie. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
  } catch {
    return '';
  }
}
