#!/usr/bin/env node
// The `moalog` command: installs what is missing, then hands over to packages/cli on Node 24.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureInstalled, node24, root } from './node24.mjs';

ensureInstalled();
const main = path.join(root, 'packages', 'cli', 'src', 'main.ts');
const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
