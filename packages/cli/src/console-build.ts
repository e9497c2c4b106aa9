import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const source = path.join(root, 'packages/console');
const STAMP = '.source-hash';
/** What the build is made from. Tests do not count. */
const INPUTS = [
  'packages/console/{index.html,vite.config.ts,package.json}',
  'packages/console/public/*',
  'packages/console/src/**/*',
  'packages/{contract,search-language}/src/**/*',
];

/**
 * Builds the console when its sources changed since the last build. Returns what went wrong, or null. Built beside and swapped in, so that
 * servers that start at the same moment do not take files from under each other.
 */
export function buildConsole(): string | null {
  if (!existsSync(path.join(source, 'index.html'))) return null;
  const dist = path.join(source, 'dist');
  const wanted = sourceHash();
  if (isCurrent(dist, wanted)) return null;
  process.stderr.write('Building the console (only after a change) …\n');
  const vite = createRequire(path.join(source, 'package.json')).resolve('vite/package.json');
  const fresh = `${dist}-${process.pid}`;
  const args = [path.join(path.dirname(vite), 'bin/vite.js'), 'build', source, '--outDir', fresh, '--logLevel', 'warn'];
  const built = spawnSync(process.execPath, args, {
    cwd: source,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (built.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    return `The console could not be built; the API starts without it.\n${built.stdout}${built.stderr}`;
  }
  writeFileSync(path.join(fresh, STAMP), wanted);
  if (!isCurrent(dist, wanted)) {
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  }
  rmSync(fresh, { recursive: true, force: true });
  return null;
}

const isCurrent = (dist: string, wanted: string): boolean =>
  existsSync(path.join(dist, STAMP)) && readFileSync(path.join(dist, STAMP), 'utf8') === wanted;

function sourceHash(): string {
  const hash = createHash('sha256');
  const files = globSync(INPUTS, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(path.relative(root, file)).update(readFileSync(file));
  return hash.digest('hex');
}
