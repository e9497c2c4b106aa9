#!/usr/bin/env node
// `node bin/run.mjs TOOL|FILE.ts ARGS…`: runs a tool of node_modules/.bin, or a file of the project, on Node 24.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { binDir, ensureInstalled, node24, root } from './node24.mjs';

const [what, ...args] = process.argv.slice(2);
if (!what) {
  process.stderr.write('usage: node bin/run.mjs TOOL|FILE.ts [ARGS…]\n');
  process.exit(2);
}
ensureInstalled();
const node = node24();
const inBin = path.join(binDir, what);
const target = /\.(ts|js|mjs)$/.test(what) ? path.resolve(what) : existsSync(inBin) ? realpathSync(inBin) : inBin;
const native =
  existsSync(target) && !/\.(ts|[cm]?js)$/.test(target) && !readFileSync(target).subarray(0, 64).includes('node');
const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` };
const child = native
  ? spawn(target, args, { stdio: 'inherit', env })
  : spawn(node, [target, ...args], { stdio: 'inherit', env, cwd: process.cwd() });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`cannot run ${what} (from ${root}): ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
