import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError, startServer } from '@moalog/server';
import { ConfigError, flagName, loadConfig, OPTIONS, type OptionName, variableName } from '@moalog/server/config';
import type { Command } from '../command.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');
/** Stopping drains for this long before the process ends whatever is left. */
const MAX_STOP_MS = 10_000;

export const start: Command = {
  name: 'start',
  summary: 'start the server: console, API and receivers on one port',
  help: () =>
    `moalog start [OPTIONS]\n\n${(Object.keys(OPTIONS) as OptionName[])
      .map((name) => `  --${flagName(name).padEnd(24)} ${OPTIONS[name].help} (${variableName(name)})`)
      .join('\n')}\n  --config FILE              YAML file with options (MOALOG_CONFIG; ./moalog.yaml when there)`,

  async run(argv) {
    const { config } = loadConfig({ argv, env: process.env });
    const complaint = buildConsole();
    if (complaint !== null) process.stderr.write(`${complaint}\n`);
    try {
      const server = await startServer({ config });
      process.stdout.write(welcome(server.url, server.key));
      await untilStopped(() => server.close());
      return 0;
    } catch (error) {
      if (!(error instanceof StartError) && !(error instanceof ConfigError)) throw error;
      process.stderr.write(`moalog: ${error.message}\n`);
      return 1;
    }
  },
};

const welcome = (url: string, key: string): string => `
  Moalog is ready.

    Console   ${url}/#key=${key}
    Key       ${key}

  Send a first event:

    curl ${url}/api/v1/ingest -H 'Authorization: Bearer ${key}' -d '{"level":"info","service":"hello","message":"first event"}'

  See it alive: npm run moalog demo
  Stop with Ctrl-C.

`;

/** Resolves after a first SIGINT or SIGTERM and a clean stop; a second one ends the process at once. */
function untilStopped(close: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) process.exit(130);
      stopping = true;
      process.stdout.write('Stopping: what was accepted is kept …\n');
      const timer = setTimeout(() => process.exit(1), MAX_STOP_MS);
      void close().then(() => {
        clearTimeout(timer);
        resolve();
      });
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}

/** Builds the console when its sources changed since the last build. Returns what went wrong, or null. */
function buildConsole(): string | null {
  const source = path.join(root, 'packages/console');
  if (!existsSync(path.join(source, 'index.html'))) return null;
  const stamp = path.join(source, 'dist/.source-hash');
  const hash = createHash('sha256');
  const files = [
    'packages/console/{index.html,vite.config.ts,package.json}',
    'packages/console/src/**/*',
    'packages/{contract,search-language}/src/**/*',
  ];
  for (const file of globSync(files, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()) {
    hash.update(path.relative(root, file)).update(readFileSync(file));
  }
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return null;
  process.stderr.write('Building the console (only after a change) …\n');
  const vite = createRequire(path.join(source, 'package.json')).resolve('vite/package.json');
  const built = spawnSync(
    process.execPath,
    [path.join(path.dirname(vite), 'bin/vite.js'), 'build', source, '--logLevel', 'warn'],
    { cwd: source, encoding: 'utf8' },
  );
  if (built.status !== 0)
    return `The console could not be built; the API starts without it.\n${built.stdout}${built.stderr}`;
  writeFileSync(stamp, wanted);
  return null;
}
