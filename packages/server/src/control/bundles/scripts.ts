import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BundleFile } from './target.ts';

/** A script as it stands in scripts/: nothing is filled in, so that it can be checked as it is. */
export function script(name: string): BundleFile {
  const content = readFileSync(path.join(import.meta.dirname, 'scripts', name), 'utf8');
  return { name, content, ...(name.endsWith('.sh') && { isExecutable: true as const }) };
}
