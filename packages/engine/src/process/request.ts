import { randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { StatementContext } from './slots.ts';

/** What ClickHouse's HTTP interface takes from URL and headers. */
export interface EngineRequest {
  readonly context: StatementContext;
  /** `query` of the URL; the body follows it, or is data for it. */
  readonly query: string;
  readonly format: string | null;
  readonly compress: boolean;
  readonly cancelOnClose: boolean;
}

/** URL names that are no settings. */
const OWN_NAMES = new Set([
  'query', 'database', 'query_id', 'default_format', 'user', 'password', 'session_id', 'session_timeout', 'session_check', 'compress',
  'decompress', 'enable_http_compression', 'wait_end_of_query', 'buffer_size', 'send_progress_in_http_headers', 'role', 'quota_key',
  'cancel_http_readonly_queries_on_client_close', 'http_headers_progress_interval_ms', 'http_write_exception_in_output_format', 'log_comment',
]);
const SETTING_NAME = /^[a-zA-Z][a-zA-Z0-9_]{0,127}$/;

export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

export function readRequest(request: IncomingMessage): EngineRequest {
  const url = new URL(request.url ?? '/', 'http://engine');
  const settings = new Map<string, string>();
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (name.startsWith('param_')) parameters.set(checked(name.slice(6)), value);
    else if (!OWN_NAMES.has(name)) settings.set(checked(name), value);
  }
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    query: url.searchParams.get('query') ?? '',
    format: header('x-clickhouse-format') ?? url.searchParams.get('default_format'),
    compress: url.searchParams.get('enable_http_compression') === '1',
    cancelOnClose: url.searchParams.get('cancel_http_readonly_queries_on_client_close') !== '0',
    context: {
      queryId: url.searchParams.get('query_id') ?? randomUUID(),
      database: header('x-clickhouse-database') ?? url.searchParams.get('database') ?? 'default',
      settings,
      parameters,
    },
  };
}

function checked(name: string): string {
  if (!SETTING_NAME.test(name)) throw new BadRequest(`Code: 115. DB::Exception: Setting ${JSON.stringify(name)} is neither a builtin setting nor a parameter name. (UNKNOWN_SETTING)`);
  return name;
}

/** Whether the request knows the secret: Basic, X-ClickHouse-User and -Key, or `user` and `password` in the URL. */
export function isAuthentic(request: IncomingMessage, username: string, password: string): boolean {
  const url = new URL(request.url ?? '/', 'http://engine');
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [user = '', secret = ''] =
    basic !== undefined
      ? splitOnce(Buffer.from(basic, 'base64').toString('utf8'))
      : [request.headers['x-clickhouse-user'] ?? url.searchParams.get('user') ?? '', request.headers['x-clickhouse-key'] ?? url.searchParams.get('password') ?? ''].map(String);
  const given = Buffer.from(secret);
  const wanted = Buffer.from(password);
  return user === username && given.length === wanted.length && timingSafeEqual(given, wanted);
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** The body, inflated. */
export function readBody(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const decoders: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
    zstd: createZstdDecompress,
  };
  if (encoding === 'identity') return request;
  const decoder = decoders[encoding]?.();
  if (decoder === undefined) throw new BadRequest(`Code: 48. DB::Exception: Content encoding ${encoding} is not supported here; use gzip, deflate, br or zstd. (NOT_IMPLEMENTED)`);
  return pipeline(request, decoder, () => {});
}
