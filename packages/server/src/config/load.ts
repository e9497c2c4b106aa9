import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { type Config, OPTIONS, type OptionName } from './schema.ts';

/** Where a value came from, strongest first. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

export interface LoadedConfig {
  readonly config: Config;
  readonly origins: Readonly<Record<OptionName, Origin>>;
  /** The YAML file that was read, if any. */
  readonly file: string | null;
}

/** The configuration cannot be used. `message` has one line a fault, each saying which value from where is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Variables that start with MOALOG_ and are not options of the server. */
const OTHER_VARIABLES = /^MOALOG_(CONFIG|URL|KEY|PROJECT|TEST_.*|BENCH_.*)$/;
const names = Object.keys(OPTIONS) as OptionName[];

/** `httpPort` → `http-port`. */
export const flagName = (name: OptionName): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
/** `httpPort` → `MOALOG_HTTP_PORT`. */
export const variableName = (name: OptionName): string =>
  `MOALOG_${name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}`;

/**
 * Reads flags (`--http-port 3080`, `--http-port=3080`), MOALOG_* variables and a YAML file (`--config`, MOALOG_CONFIG,
 * or ./moalog.yaml), in this order of strength, into one frozen object. Unknown names are errors.
 */
export function loadConfig(input: {
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd?: string;
}): LoadedConfig {
  const cwd = input.cwd ?? process.cwd();
  const faults: string[] = [];
  const flags = readFlags(input.argv, faults);
  const variables = readVariables(input.env, faults);
  const file = findFile(flags.config ?? input.env.MOALOG_CONFIG, cwd, faults);
  const fromFile = file === null ? {} : readFile(file, faults);

  const config: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  for (const name of names) {
    const [origin, given] = strongest(name, flags.values, variables, fromFile);
    const read = OPTIONS[name].schema.safeParse(given);
    if (read.success) config[name] = read.data;
    else faults.push(`${spelling(name, origin)}: ${read.error.issues.map((issue) => issue.message).join('; ')}`);
    origins[name] = origin;
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  config.dataDir = path.resolve(cwd, String(config.dataDir));
  // Every key of OPTIONS was filled from its own schema in the loop above.
  return { config: Object.freeze(config) as Config, origins: origins as Record<OptionName, Origin>, file };
}

type Values = Partial<Record<OptionName, unknown>>;

function strongest(name: OptionName, flags: Values, variables: Values, file: Values): [Origin, unknown] {
  if (flags[name] !== undefined) return ['flag', flags[name]];
  if (variables[name] !== undefined) return ['environment', variables[name]];
  if (file[name] !== undefined) return ['file', file[name]];
  return ['default', undefined];
}

function spelling(name: OptionName, origin: Origin): string {
  return origin === 'flag' ? `--${flagName(name)}` : origin === 'environment' ? variableName(name) : name;
}

function readFlags(argv: readonly string[], faults: string[]): { values: Values; config: string | undefined } {
  const byFlag = new Map(names.map((name) => [`--${flagName(name)}`, name]));
  const values: Values = {};
  let config: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? '';
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const flag = equals > 0 ? word.slice(0, equals) : word;
    const value = equals > 0 ? word.slice(equals + 1) : argv[++i];
    const name = byFlag.get(flag);
    if (name === undefined && flag !== '--config')
      faults.push(`${flag}: there is no such option; \`moalog start --help\` lists them`);
    else if (value === undefined) faults.push(`${flag}: a value is missing`);
    else if (name === undefined) config = value;
    else values[name] = value;
  }
  return { values, config };
}

function readVariables(env: Readonly<Record<string, string | undefined>>, faults: string[]): Values {
  const byVariable = new Map(names.map((name) => [variableName(name), name]));
  const values: Values = {};
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('MOALOG_') || value === undefined || value === '') continue;
    const name = byVariable.get(variable);
    if (name !== undefined) values[name] = value;
    else if (!OTHER_VARIABLES.test(variable))
      faults.push(`${variable}: there is no such option; \`moalog config\` lists them`);
  }
  return values;
}

function findFile(wanted: string | undefined, cwd: string, faults: string[]): string | null {
  const file = path.resolve(cwd, wanted ?? 'moalog.yaml');
  if (existsSync(file)) return file;
  if (wanted !== undefined) faults.push(`${wanted}: this configuration file does not exist`);
  return null;
}

function readFile(file: string, faults: string[]): Values {
  try {
    const content: unknown = parseYaml(readFileSync(file, 'utf8')) ?? {};
    if (typeof content !== 'object' || Array.isArray(content)) throw new Error('it must be a map of option: value');
    for (const key of Object.keys(content as object)) {
      if (!(key in OPTIONS)) faults.push(`${file}: there is no option ${key}`);
    }
    return content as Values;
  } catch (error) {
    faults.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}
