import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { EngineError } from './errors.ts';
import type { StatementContext } from './sessions.ts';

/** What ClickHouse's HTTP interface takes from URL and headers. */
export interface EngineRequest {
  readonly context: StatementContext;
  /** `query` of the URL; the body follows it, or is data for it. */
  readonly query: string;
  readonly defaultFormat: string;
  /** Whether the answer may be compressed. */
  readonly compress: boolean;
  /** Whether the answer is sent only when it is whole. */
  readonly whole: boolean;
  readonly cancelOnClose: boolean;
}

/** URL names of the interface itself; every other name is a setting. */
const OWN_NAMES = new Set([
  'query',
  'database',
  'query_id',
  'default_format',
  'user',
  'password',
  'session_id',
  'session_timeout',
  'session_check',
  'session_timezone_check',
  'compress',
  'decompress',
  'enable_http_compression',
  'http_zlib_compression_level',
  'wait_end_of_query',
  'buffer_size',
  'role',
  'quota_key',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'cancel_http_readonly_queries_on_client_close',
  'http_write_exception_in_output_format',
  'stacktrace',
  'client_protocol_version',
]);
const DEFAULT_SESSION_S = 60;
const MAX_SESSION_S = 3_600;

export function readRequest(request: IncomingMessage): EngineRequest {
  const url = urlOf(request).searchParams;
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = url.get(name);
    return value === null ? otherwise : value !== '0' && value !== 'false';
  };
  if (flag('compress', false) || flag('decompress', false)) {
    throw new EngineError(
      48,
      'NOT_IMPLEMENTED',
      "The native protocol's blocks (compress=1, decompress=1) are not supported; use enable_http_compression=1 and Content-Encoding",
    );
  }
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [name, value] of url) {
    if (name.startsWith('param_')) parameters.set(name.slice(6), value);
    else if (!OWN_NAMES.has(name)) settings.set(name, value);
  }
  // As in ClickHouse, GET only reads.
  if (request.method !== 'POST' && !settings.has('readonly')) settings.set('readonly', '2');
  return {
    query: url.get('query') ?? '',
    defaultFormat: header(request, 'x-clickhouse-format') ?? url.get('default_format') ?? 'TabSeparated',
    compress: flag('enable_http_compression', false),
    whole: flag('wait_end_of_query', false),
    cancelOnClose: flag('cancel_http_readonly_queries_on_client_close', true),
    context: {
      queryId: url.get('query_id') || randomUUID(),
      database: header(request, 'x-clickhouse-database') ?? url.get('database') ?? '',
      settings,
      parameters,
      named: namedSession(url),
    },
  };
}

function namedSession(url: URLSearchParams): StatementContext['named'] {
  const id = url.get('session_id');
  if (id === null || id === '') return null;
  const seconds = Number(url.get('session_timeout') ?? DEFAULT_SESSION_S);
  if (!(seconds >= 0 && seconds <= MAX_SESSION_S)) {
    throw new EngineError(
      374,
      'INVALID_SESSION_TIMEOUT',
      `Session timeout ${url.get('session_timeout')} is not between 0 and ${MAX_SESSION_S} seconds`,
    );
  }
  return { id, idleMs: seconds * 1_000, mustExist: url.get('session_check') === '1' };
}

/** Refuses a request that does not know the secret: Basic, X-ClickHouse-User and -Key, or `user` and `password` in the URL. */
export function assertAuthentic(request: IncomingMessage, username: string, password: string): void {
  const url = urlOf(request).searchParams;
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [user, secret] =
    basic !== undefined
      ? splitOnce(Buffer.from(basic, 'base64').toString('utf8'))
      : [
          header(request, 'x-clickhouse-user') ?? url.get('user') ?? '',
          header(request, 'x-clickhouse-key') ?? url.get('password') ?? '',
        ];
  if (user === '' && secret === '')
    throw new EngineError(194, 'REQUIRED_PASSWORD', 'Authentication is required: give user and password');
  const given = Buffer.from(secret);
  const wanted = Buffer.from(password);
  if (user === username && given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new EngineError(
    516,
    'AUTHENTICATION_FAILED',
    `${user}: Authentication failed: password is incorrect, or there is no user with such name.`,
  );
}

export const pathOf = (request: IncomingMessage): string => urlOf(request).pathname;

/** A request line may name anything as its target (`//`, `*`): what is no URL has the path of nothing. */
function urlOf(request: IncomingMessage): URL {
  return URL.parse(`http://engine${request.url?.startsWith('/') ? request.url : '/'}`) ?? new URL('http://engine/');
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
