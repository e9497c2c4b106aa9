import { existsSync, globSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PART = /^(.+)_(\d+)_(\d+)_(\d+)(?:_(\d+))?$/;
const ADD = '1';

interface Part {
  readonly partition: string;
  readonly min: number;
  readonly max: number;
}

function readPart(name: string): Part | null {
  const match = PART.exec(name);
  return match === null ? null : { partition: match[1] ?? '', min: Number(match[2]), max: Number(match[3]) };
}

/**
 * Takes those entries out of the tables' deduplication logs whose part does not exist. ClickHouse writes the entry before it moves the
 * part to its place (MergeTreeSink::commitPart: addPart, then renameTempPartAndAdd): a process that is killed in between leaves an
 * entry for rows that are not there, and the replay of the same insert would be dropped as a duplicate. Seen in the crash test: one in some sixty kills on a
 * busy machine. Must run before the engine opens the store, and with no other process on it. Returns how many entries were taken out.
 */
export function repairDeduplicationLogs(store: string): number {
  let removed = 0;
  for (const log of globSync('store/*/*/deduplication_logs/deduplication_log_*.txt', { cwd: store })) {
    const file = path.join(store, log);
    const parts = partsOf(path.dirname(path.dirname(file)));
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const kept = lines.filter((line) => {
      const [operation, name = ''] = line.split('\t');
      const part = readPart(name);
      // A line cut by the crash says nothing that could be relied on.
      if (part === null || line.split('\t').length !== 3) return false;
      return operation !== ADD || isThere(part, parts);
    });
    if (kept.length === lines.length) continue;
    removed += lines.length - kept.length;
    writeFileSync(`${file}.new`, kept.map((line) => `${line}\n`).join(''));
    renameSync(`${file}.new`, file);
  }
  return removed;
}

function partsOf(table: string): Map<string, Part[]> {
  const parts = new Map<string, Part[]>();
  if (!existsSync(table)) return parts;
  for (const name of readdirSync(table)) {
    const part = /^(tmp|delete_tmp|broken)/.test(name) ? null : readPart(name);
    if (part !== null) parts.set(part.partition, [...(parts.get(part.partition) ?? []), part]);
  }
  return parts;
}

/** The part itself, or one that it was merged into. */
const isThere = (part: Part, parts: ReadonlyMap<string, readonly Part[]>): boolean =>
  (parts.get(part.partition) ?? []).some((other) => other.min <= part.min && part.max <= other.max);
