// Finds (and, on a fresh clone, installs) what Moalog runs on: the Node 24 that npm carries as a platform
// package, so that a machine with any Node ≥ 20 starts the same runtime. Plain JavaScript on purpose: this is
// the only part that the machine's own Node has to understand.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const stamp = path.join(root, 'node_modules', '.moalog-installed');

/** Directories of node_modules/.bin style tools start here. */
export const binDir = path.join(root, 'node_modules', '.bin');

/** Runs `npm install` when the lock file changed since the last install that this launcher made. */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('Moalog: installing dependencies (first start only, about a minute) …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = spawnSync(npm, args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (done.status !== 0) {
    process.stderr.write('Moalog: npm install failed; the lines above say why. Nothing was started.\n');
    process.exit(1);
  }
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Absolute path of a Node ≥ 24: the pinned platform package, or the running Node where that is new enough. */
export function node24() {
  const require = createRequire(path.join(root, 'package.json'));
  const names = [`node-${process.platform}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`];
  if (process.platform === 'win32') names.push(`node-win-${process.arch}`);
  const exe = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
  for (const name of names) {
    try {
      const found = path.join(path.dirname(require.resolve(`${name}/package.json`)), exe);
      if (existsSync(found)) return found;
    } catch {
      // not this platform's package: the next name, then the running Node
    }
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  process.stderr.write(
    `Moalog: there is no Node 24 package for ${process.platform}-${process.arch}; install Node 24 or newer and start again.\n`,
  );
  process.exit(1);
}
