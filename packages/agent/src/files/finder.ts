import { globSync } from 'node:fs';
import path from 'node:path';
import { inodeOf } from './content.ts';

export interface Found {
  readonly path: string;
  readonly inode: string;
}

/** Files of globs, each inode once (links lead to the same), in order of their names. */
export function findFiles(
  patterns: readonly string[],
  exclude: readonly string[],
  complain: (pattern: string, error: unknown) => void,
): Found[] {
  const found = new Map<string, Found>();
  for (const pattern of patterns) {
    let names: string[];
    try {
      names = globSync(process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern);
    } catch (error) {
      complain(pattern, error);
      continue;
    }
    for (const name of names.sort()) {
      const file = path.resolve(name);
      if (exclude.some((each) => matches(file, each))) continue;
      const inode = inodeOf(file);
      if (inode !== null && !found.has(inode)) found.set(inode, { path: file, inode });
    }
  }
  return [...found.values()];
}

/** A pattern without a slash is one of the name alone. */
const matches = (file: string, pattern: string): boolean =>
  path.matchesGlob(/[/\\]/.test(pattern) ? file : path.basename(file), pattern);
