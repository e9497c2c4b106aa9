import { type ParseArgsConfig, parseArgs } from 'node:util';

/** One command of the `moalog` program. */
export interface Command {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** What `moalog NAME --help` prints. */
  help(): string;
  /** Resolves with the exit code. Throws UsageError for a wrong command line, CommandError for what went wrong after. */
  run(argv: readonly string[]): Promise<number>;
}

/** The command line is wrong; the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command could not do its work; the message says why and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Reads a command line. Throws UsageError for options that do not exist or lack a value. */
export function readCommandLine<T extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

const SHIELD = '\u0000';

/** As readCommandLine, for a command that takes a search: a word such as `-host:web-1` belongs to the search. */
export function readSearchLine<T extends NonNullable<ParseArgsConfig['options']>>(argv: readonly string[], options: T) {
  const shielded = argv.map((word) => (/^-[^-]/.test(word) ? `${SHIELD}${word}` : word));
  const { values, positionals } = readCommandLine(shielded, options);
  return { values, query: positionals.map((word) => word.replace(SHIELD, '')).join(' ') };
}

/** A positive number given as an option. Throws UsageError. */
export function positiveNumber(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new UsageError(`--${name} takes a number above 0, not ${text}`);
  return value;
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `30m`, `24h`, `7d` in milliseconds. Throws UsageError. */
export function duration(name: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text);
  if (match === null) throw new UsageError(`--${name} takes a span such as 30m, 24h or 7d, not ${text}`);
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS]; // the expression allows these letters alone
}
