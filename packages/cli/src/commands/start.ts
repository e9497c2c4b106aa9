import { type RunningServer, StartError, startServer } from '@moalog/server';
import { ConfigError, flagName, loadConfig, OPTIONS, type OptionName, variableName } from '@moalog/server/config';
import type { Command } from '../command.ts';
import { buildConsole } from '../console-build.ts';

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
      process.stdout.write(welcome(server));
      await untilStopped(() => server.close());
      return 0;
    } catch (error) {
      if (!(error instanceof StartError) && !(error instanceof ConfigError)) throw error;
      process.stderr.write(`moalog: ${error.message}\n`);
      return 1;
    }
  },
};

/** The console's link signs in while nobody has an account: it makes the first. */
const welcome = ({ url, key, setUpToken }: Pick<RunningServer, 'url' | 'key' | 'setUpToken'>): string => `
  Moalog is ready.

    Console   ${url}${setUpToken === null ? '' : `/#setup=${setUpToken}`}
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
