import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** The release of VictoriaMetrics that VictoriaLogs is built from; its own releases are no Go modules. */
const VERSION = 'v1.121.0';
const MODULE = 'github.com/VictoriaMetrics/VictoriaMetrics';
const BUILD_MS = 15 * 60_000;

/** Path of the program, built once (with Go, about three minutes) into the user's cache. Rejects when there is no Go or no module proxy. */
export async function victoriaLogs(): Promise<string> {
  const directory = path.join(homedir(), '.cache', 'moalog', `victorialogs-${VERSION}`);
  const program = path.join(directory, 'victoria-logs');
  if (existsSync(program)) return program;
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'go.mod'), `module peer\n\ngo 1.24\n\nrequire ${MODULE} ${VERSION}\n`);
  const unfinished = `${program}.${process.pid}`;
  await promisify(execFile)('go', ['build', '-o', unfinished, `${MODULE}/app/victoria-logs`], {
    cwd: directory,
    env: { ...process.env, GOFLAGS: '-mod=mod' },
    timeout: BUILD_MS,
  });
  renameSync(unfinished, program);
  return program;
}
