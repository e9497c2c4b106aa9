import { globSync, statSync } from 'node:fs';
import { type Command, CommandError, positiveNumber, readCommandLine, UsageError } from '../command.ts';
import { CONNECTION_HELP, CONNECTION_OPTIONS, connectionOf, ensureRunning } from '../connection/connect.ts';
import { createProgress } from '../send/progress.ts';
import { sendFiles, sendStream } from '../send/send-files.ts';

/** Options that become parameters of each request. */
const PARAMETERS = [
  'service',
  'environment',
  'host',
  'project',
  'source',
  'time-field',
  'message-field',
  'level-field',
  'timezone',
] as const;
const DEFAULT_BATCH_BYTES = 2 * 1024 * 1024;

export const send: Command = {
  name: 'send',
  summary: 'send files or standard input, line by line; goes on where it was interrupted',
  help: () => `moalog send FILE… [OPTIONS]      (FILE: a path, a glob in quotes, or - for standard input; .gz and .zst are unpacked)

  --service S --environment E --host H --source S --project P    for events that do not say it themselves
  --time-field F --message-field F --level-field F               JSON fields to read instead of the usual names
  --timezone ZONE      zone of times without one, such as Asia/Seoul (UTC)
  --batch-bytes N      bytes of a request (${DEFAULT_BATCH_BYTES})
  --gzip               compress requests
  --again              send from the start, also what was sent before
${CONNECTION_HELP}`,

  async run(argv) {
    const text = { type: 'string' } as const;
    const { values, positionals } = readCommandLine(argv, {
      ...CONNECTION_OPTIONS,
      service: text,
      environment: text,
      host: text,
      project: text,
      source: text,
      'time-field': text,
      'message-field': text,
      'level-field': text,
      timezone: text,
      'batch-bytes': { type: 'string', default: String(DEFAULT_BATCH_BYTES) },
      gzip: { type: 'boolean', default: false },
      again: { type: 'boolean', default: false },
    });
    const piped = positionals.includes('-') || (positionals.length === 0 && process.stdin.isTTY !== true);
    if (positionals.length === 0 && !piped) throw new UsageError('send needs files, or - for standard input');
    const files = filesOf(positionals.filter((name) => name !== '-'));
    const parameters: Record<string, string> = {};
    for (const name of PARAMETERS) {
      const value = values[name];
      if (value !== undefined) parameters[name.replace('-', '_')] = value;
    }
    const totalBytes = piped ? 0 : files.reduce((sum, file) => sum + statSync(file).size, 0);
    const progress = createProgress(totalBytes, process.stderr.isTTY === true);
    const options = {
      connection: connectionOf(values),
      parameters,
      batchBytes: Math.round(positiveNumber('batch-bytes', values['batch-bytes'])),
      gzip: values.gzip,
      again: values.again,
      progress,
    };
    await ensureRunning(options.connection);
    try {
      await sendFiles(files, options);
      if (piped) await sendStream(process.stdin, options);
    } catch (error) {
      progress.end();
      process.stdout.write(`${progress.summary()}\n`);
      if (!(error instanceof CommandError)) throw error;
      const goOn = piped ? '' : '\nWhat was acknowledged is remembered: the same command goes on from there.';
      throw new CommandError(`${error.message}${goOn}`, { cause: error });
    }
    progress.end();
    process.stdout.write(`${progress.summary()}\n`);
    return 0;
  },
};

/** Files of names and globs, each once, in order. Throws CommandError for a name that matches nothing. */
function filesOf(names: readonly string[]): string[] {
  const files = new Set<string>();
  for (const name of names) {
    const plain = statSync(name, { throwIfNoEntry: false });
    const found = plain === undefined ? globSync(name).sort() : [name];
    const readable = found.filter((file) => statSync(file, { throwIfNoEntry: false })?.isDirectory() === false);
    if (readable.length === 0)
      throw new CommandError(
        plain === undefined
          ? `${name}: there is no such file`
          : `${name} is a directory; name its files, such as '${name}/*.log'`,
      );
    for (const file of readable) files.add(file);
  }
  return [...files];
}
