import { readFileSync } from 'node:fs';
import { ConfigError } from '@moalog/server/config';
import { type Command, CommandError, UsageError } from './command.ts';
import { agent } from './commands/agent.ts';
import { config } from './commands/config.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { fleet } from './commands/fleet.ts';
import { search } from './commands/search.ts';
import { send } from './commands/send.ts';
import { start } from './commands/start.ts';
import { tail } from './commands/tail.ts';

const COMMANDS: readonly Command[] = [start, send, agent, fleet, search, tail, demo, config, doctor];

const overview = (): string =>
  `moalog: gather the logs of many clouds and servers in one place\n\nusage: moalog COMMAND [OPTIONS]\n\n${COMMANDS.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`).join('\n')}\n\n\`moalog COMMAND --help\` says more.\n`;

async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return 0;
  }
  if (name === '--version') {
    const version: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = COMMANDS.find((each) => each.name === name);
  if (command === undefined) throw new UsageError(`there is no command ${name}; moalog --help lists them`);
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(`${command.help()}\n`);
    return 0;
  }
  return command.run(rest);
}

// `moalog search … | head` ends when head has enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof ConfigError) && !(error instanceof CommandError))
    throw error;
  process.stderr.write(`moalog: ${error.message}\n`);
  process.exitCode = error instanceof CommandError ? 1 : 2;
} finally {
  // Sockets that are kept open and requests that nobody waits for must not hold up the end.
  setTimeout(() => process.exit(), 500).unref();
}
