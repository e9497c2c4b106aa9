import os from 'node:os';
import {
  ConfigError,
  dictionary,
  expression,
  flag,
  list,
  object,
  oneOf,
  or,
  type Reader,
  text,
  whole,
} from './shape.ts';

export const ENCODINGS = ['auto', 'utf-8', 'cp949', 'euc-kr', 'utf-16', 'utf-16le', 'utf-16be'] as const;
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
const MULTILINE_PRESETS = ['java', 'python', 'node', 'go'] as const;
/** Rotated files that were packed are never followed. */
const PACKED = ['*.gz', '*.zst', '*.bz2', '*.xz', '*.zip'];
/** Of the server: a longer line would be cut there. */
const MAX_LINE_BYTES = 1_048_576;

const rule = object({
  /** Dotted path into a JSON line; the whole line when absent. */
  field: or(text, undefined),
  equals: or(text, undefined),
  contains: or(text, undefined),
  matches: or(expression, undefined),
  level: or(list(oneOf(...LEVELS)), undefined),
});

const filterRule: Reader<ReturnType<typeof rule>> = (value, place) => {
  const read = rule(value, place);
  const conditions = [read.equals, read.contains, read.matches, read.level].filter((each) => each !== undefined);
  if (conditions.length === 1) return read;
  throw new ConfigError(`${place}: expected one of equals, contains, matches, level`);
};

const multilineRule = object({
  preset: or(oneOf(...MULTILINE_PRESETS), undefined),
  /** A line that matches begins an event. */
  start: or(expression, undefined),
  maxLines: or(whole(2, 100_000), 500),
  /** The last event of a file is taken to be whole when nothing came for so long. */
  timeoutMs: or(whole(100, 600_000), 2_000),
});

const multiline: Reader<ReturnType<typeof multilineRule>> = (value, place) => {
  const read = multilineRule(typeof value === 'string' ? { preset: value } : value, place);
  if ((read.preset === undefined) === (read.start === undefined))
    throw new ConfigError(`${place}: expected either start or preset (${MULTILINE_PRESETS.join(', ')})`);
  return read;
};

const sourceMembers = object({
  /** Names the source in the agent's state: a new name reads its files anew. */
  id: or(text, undefined),
  paths: or(list(text), undefined),
  stdin: or(flag, false),
  exclude: or(list(text), PACKED),
  project: or(text, undefined),
  service: or(text, undefined),
  environment: or(text, undefined),
  labels: or(dictionary, {}),
  /** IANA zone of times without one. */
  timezone: or(text, undefined),
  format: or(oneOf('lines', 'docker', 'cri'), 'lines'),
  encoding: or(oneOf(...ENCODINGS), 'auto'),
  multiline: or(multiline, undefined),
  keep: or(list(filterRule), []),
  drop: or(list(filterRule), []),
  /** Events of a lower level are dropped; those without one are kept. */
  minLevel: or(oneOf(...LEVELS), undefined),
  /** Where files begin that are there when the agent runs for the first time. */
  startAt: or(oneOf('beginning', 'end'), 'beginning'),
});

const source: Reader<ReturnType<typeof sourceMembers> & { readonly id: string }> = (value, place) => {
  const read = sourceMembers(value, place);
  if (read.stdin === (read.paths !== undefined))
    throw new ConfigError(`${place}: expected either paths or stdin: true`);
  return { ...read, id: read.id ?? (read.stdin ? 'stdin' : (read.paths ?? []).join(',')) };
};

const sources: Reader<readonly ReturnType<typeof source>[]> = (value, place) => {
  const read = list(source)(value, place);
  const twice = read.find(({ id }, i) => read.findIndex((other) => other.id === id) !== i);
  if (twice !== undefined) throw new ConfigError(`${place}: two sources are called ${twice.id}; give them an id`);
  if (read.filter(({ stdin }) => stdin).length > 1) throw new ConfigError(`${place}: there is one standard input`);
  return read;
};

const server: Reader<string> = (value, place) => {
  const address = text(value, place);
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw new ConfigError(`${place}: expected an address such as https://logs.example.com`);
  return address.replace(/\/+$/, '');
};

const members = object({
  server,
  /** The key for sending, or the file that holds it. */
  key: or(text, undefined),
  keyFile: or(text, undefined),
  /** PEM file of an authority of your own. */
  ca: or(text, undefined),
  /** `http://proxy:3128`; HTTP_PROXY, HTTPS_PROXY and NO_PROXY count when absent. */
  proxy: or(server, undefined),
  stateDir: text,
  host: or(text, undefined),
  project: or(text, undefined),
  environment: or(text, undefined),
  labels: or(dictionary, {}),
  sources,
  compression: or(oneOf('zstd', 'gzip', 'none'), 'zstd'),
  /** Bytes read for a request; a longer line is cut there. */
  batchBytes: or(whole(4_096, MAX_LINE_BYTES), MAX_LINE_BYTES),
  /** Requests at once; with batchBytes what bounds the memory. */
  inFlight: or(whole(1, 32), 4),
  /** How long lines wait for company. */
  flushMs: or(whole(10, 60_000), 1_000),
  /** How often the globs are looked through. */
  scanMs: or(whole(50, 600_000), 2_000),
  /** A file that was renamed or deleted is left when nothing came for so long. */
  closeMs: or(whole(100, 3_600_000), 30_000),
  /** How often the server is told how the agent does. */
  heartbeatMs: or(whole(1_000, 600_000), 15_000),
  /** A file that could not be read, or whose events were refused (an unknown key), rests for so long. */
  restMs: or(whole(100, 600_000), 5_000),
  /** Requests that run when the agent is stopped may end in this time; the next start repeats the others. */
  stopMs: or(whole(0, 60_000), 5_000),
  /** Bytes of standard input that wait on disk before reading it stops. */
  bufferBytes: or(whole(1_048_576, Number.MAX_SAFE_INTEGER), 1_073_741_824),
  logLevel: or(oneOf('debug', 'info', 'warn', 'error'), 'info'),
});

export type AgentConfig = Omit<ReturnType<typeof members>, 'host'> & { readonly host: string };
export type SourceConfig = AgentConfig['sources'][number];
export type FilterRule = SourceConfig['drop'][number];
export type MultilineRule = NonNullable<SourceConfig['multiline']>;

/** The configuration with all defaults. Throws ConfigError. */
export function readConfig(given: unknown): AgentConfig {
  const read = members(given, '');
  if ((read.key === undefined) === (read.keyFile === undefined))
    throw new ConfigError('key: expected either key or keyFile');
  return { ...read, host: read.host ?? os.hostname() };
}
