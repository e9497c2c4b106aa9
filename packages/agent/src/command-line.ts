import { parseArgs } from 'node:util';
import { loadConfig } from './config/load.ts';
import { ConfigError } from './config/shape.ts';
import { askStatus } from './only-one.ts';
import { run } from './run.ts';
import { VERSION } from './version.ts';

export const HELP = `moalog-agent: follows log files and sends them to Moalog

usage: moalog-agent run --config FILE       (YAML or JSON)
       moalog-agent check --config FILE     reads the configuration and says what is wrong with it
       moalog-agent status --config FILE    what the running agent has read and sent
       moalog-agent --version

Documentation: docs/howto/agent.md
`;

/** Runs one command; resolves with the exit code, what is wrong is on standard error. */
export async function agentCommand(argv: readonly string[]): Promise<number> {
  try {
    return await runCommand(argv);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`moalog-agent: ${message}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

async function runCommand(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string', short: 'c', default: 'moalog-agent.yaml' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [command] = positionals;
  if (values.version) process.stdout.write(`${VERSION}\n`);
  else if (values.help || command === undefined) process.stdout.write(HELP);
  else if (command === 'run') await run(await loadConfig(values.config));
  else if (command === 'check') {
    const { sources } = await loadConfig(values.config);
    process.stdout.write(`${values.config} is right: ${sources.length} sources\n`);
  } else if (command === 'status') return status(values.config);
  else throw new ConfigError(`there is no command ${command}; moalog-agent --help lists them`);
  return 0;
}

async function status(file: string): Promise<number> {
  const { stateDir } = await loadConfig(file);
  const found = await askStatus(stateDir);
  process.stdout.write(found === null ? 'the agent does not run\n' : `${JSON.stringify(found, null, 2)}\n`);
  return found === null ? 1 : 0;
}
