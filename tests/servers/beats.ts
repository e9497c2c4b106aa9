import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** The last release of Beats that is a Go module on its own. */
const MODULE = 'github.com/elastic/beats/v7';
const VERSION = 'v7.17.29';
const BUILD_MS = 20 * 60_000;

type Beat = 'filebeat' | 'metricbeat';

const directory = path.join(homedir(), '.cache', 'moalog', `beats-${VERSION.slice(1)}`);

/**
 * Path of a Beat that was built before; null with a printed reason where there is none. Building takes minutes, so that no test does it:
 * `node bin/run.mjs tests/servers/beats.ts` does (Go and a module proxy are needed).
 */
export function beat(name: Beat): string | null {
  const program = path.join(directory, name);
  if (existsSync(program)) return program;
  process.stderr.write(`skipped: ${name} is not built (node bin/run.mjs tests/servers/beats.ts)\n`);
  return null;
}

/** Builds both from the source of the Go module into the user's cache. */
async function build(): Promise<void> {
  const run = promisify(execFile);
  const { stdout } = await run('go', ['mod', 'download', '-json', `${MODULE}@${VERSION}`], { timeout: BUILD_MS });
  const source = path.join(directory, `source.${process.pid}`);
  mkdirSync(directory, { recursive: true });
  // The cache of Go is read-only, and Beats are built in their own module.
  cpSync((JSON.parse(stdout) as { Dir: string }).Dir, source, { recursive: true }); // shape of go's answer
  await run('chmod', ['-R', 'u+w', source]);
  for (const name of ['filebeat', 'metricbeat']) {
    const made = path.join(source, `${name}.made`);
    await run('go', ['build', '-p', '1', '-trimpath', '-ldflags=-s -w', '-o', made, `./${name}`], {
      cwd: source,
      env: { ...process.env, CGO_ENABLED: '0' },
      timeout: BUILD_MS,
    });
    renameSync(made, path.join(directory, name));
  }
  rmSync(source, { recursive: true, force: true });
}

if (process.argv[1] === import.meta.filename) {
  await build();
  process.stdout.write(`built in ${directory}\n`);
}
