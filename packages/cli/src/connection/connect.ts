import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { problemSchema } from '@moalog/contract';
import { CommandError, UsageError } from '../command.ts';

/** Options of every command that talks to a server. */
export const CONNECTION_OPTIONS = {
  url: { type: 'string' },
  key: { type: 'string' },
} as const;

export const CONNECTION_HELP = `  --url URL      the server (MOALOG_URL; http://127.0.0.1:3080)
  --key KEY      the key (MOALOG_KEY; else the file bootstrap-key in the data directory, MOALOG_DATA_DIR or ./data)`;

export interface Connection {
  /** Without a slash at the end. */
  readonly url: string;
  readonly key: string;
  /** Where the key was found, for messages. */
  readonly keyFrom: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function dataDirectory(env: Environment = process.env): string {
  return path.resolve(env.MOALOG_DATA_DIR || './data');
}

function serverUrl(given: { url?: string | undefined }, env: Environment = process.env): string {
  const url = (given.url ?? env.MOALOG_URL) || 'http://127.0.0.1:3080';
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`${url} is not an address such as http://127.0.0.1:3080`);
  return url.replace(/\/+$/, '');
}

/** Where to reach the server and with which key. Throws CommandError when there is no key. */
export function connectionOf(
  given: { url?: string | undefined; key?: string | undefined },
  env: Environment = process.env,
): Connection {
  const url = serverUrl(given, env);
  if (given.key) return { url, key: given.key, keyFrom: '--key' };
  if (env.MOALOG_KEY) return { url, key: env.MOALOG_KEY, keyFrom: 'MOALOG_KEY' };
  const file = path.join(dataDirectory(env), 'bootstrap-key');
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (kept !== '') return { url, key: kept, keyFrom: file };
  throw new CommandError(
    `There is no key: give --key or MOALOG_KEY, or run this where ${file} is (the server writes it on its first start).`,
  );
}

/** One request; headers with the key are added. Throws CommandError when nobody answers or the answer is an error. */
export async function call(connection: Connection, route: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(`${connection.url}${route}`, {
    ...init,
    headers: { authorization: `Bearer ${connection.key}`, ...(init.headers as Record<string, string> | undefined) }, // only plain objects are given here
  }).catch((error: unknown) => {
    throw unreachable(connection.url, error);
  });
  if (!response.ok) throw new CommandError(await complaintOf(response, connection));
  return response;
}

/** Says at once, before any work, when no server answers. Throws CommandError. */
export async function ensureRunning(connection: Connection): Promise<void> {
  await (await call(connection, '/healthz')).body?.cancel();
}

export const postJson = (
  connection: Connection,
  route: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<Response> =>
  call(connection, route, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });

/** What an error answer says, for a person. Reads the body. */
export async function complaintOf(response: Response, connection: Connection): Promise<string> {
  const text = await response.text().catch(() => '');
  if (response.status === 401)
    return `The server at ${connection.url} does not know the key from ${connection.keyFrom}. Give the right one with --key or MOALOG_KEY.`;
  try {
    const problem = problemSchema.parse(JSON.parse(text));
    return `${problem.title}: ${problem.detail} (${problem.code})`;
  } catch {
    return `${connection.url} answered ${response.status}: ${text.slice(0, 300)}`;
  }
}

export function unreachable(url: string, error: unknown): CommandError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ECONNREFUSED')
    return new CommandError(
      `Nothing answers at ${url}. Start the server with \`npm start\`, or name another with --url.`,
      { cause: error },
    );
  return new CommandError(
    `${url} cannot be reached: ${cause instanceof Error ? cause.message || code : String(cause)}`,
    { cause: error },
  );
}
