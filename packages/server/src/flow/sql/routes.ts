import { text } from 'node:stream/consumers';
import { sqlRequestSchema } from '@moalog/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '#access';
import { MoalogError } from '#errors';
import type { Metrics } from '#metrics';
import type { Store } from '#store';
import { ConfinedSql, type SqlConfig } from './confined-sql.ts';

/** Rows of an answer as JSON, which is made whole in memory; exports and BI tools use /clickhouse. */
const MAX_JSON_ROWS = 100_000;
const MAX_STREAMED_ROWS = 10_000_000;

/** Formats that /clickhouse answers, with their media types. */
const FORMATS: Readonly<Record<string, string>> = {
  JSON: 'application/json',
  JSONCompact: 'application/json',
  JSONStrings: 'application/json',
  JSONEachRow: 'application/x-ndjson',
  JSONCompactEachRow: 'application/x-ndjson',
  JSONCompactEachRowWithNamesAndTypes: 'application/x-ndjson',
  CSV: 'text/csv; charset=utf-8',
  CSVWithNames: 'text/csv; charset=utf-8',
  TabSeparated: 'text/tab-separated-values; charset=utf-8',
  TSV: 'text/tab-separated-values; charset=utf-8',
  TabSeparatedRaw: 'text/tab-separated-values; charset=utf-8',
  TabSeparatedWithNames: 'text/tab-separated-values; charset=utf-8',
  TabSeparatedWithNamesAndTypes: 'text/tab-separated-values; charset=utf-8',
  Pretty: 'text/plain; charset=utf-8',
  PrettyCompact: 'text/plain; charset=utf-8',
  Vertical: 'text/plain; charset=utf-8',
  Markdown: 'text/plain; charset=utf-8',
  Parquet: 'application/vnd.apache.parquet',
  Arrow: 'application/octet-stream',
  ArrowStream: 'application/octet-stream',
  Native: 'application/octet-stream',
  RowBinary: 'application/octet-stream',
  RowBinaryWithNamesAndTypes: 'application/octet-stream',
};
const STREAMED = new Set(Object.keys(FORMATS));
const WHOLE = new Set(['JSONCompact']);
/** Sent when it is whole, so that an error late in it has a status. */
const WHOLE_ANSWER = { output_format_json_quote_64bit_integers: 1, wait_end_of_query: 1 } as const;
/** Names that clients put into the address and that change nothing here. */
const IGNORED = new Set([
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'client_protocol_version',
  'cancel_http_readonly_queries_on_client_close',
]);
/** Settings of the output that clients may choose. */
const OUTPUT_SETTINGS = new Set([
  'date_time_output_format',
  'output_format_json_quote_64bit_integers',
  'output_format_json_quote_denormals',
]);

/** `POST /api/v1/sql`, and ClickHouse's HTTP dialect at `/clickhouse`, whose databases are projects. */
export function sqlRoutes(parts: { store: Store; access: Access; config: SqlConfig; metrics: Metrics }) {
  const { access } = parts;
  const confined = new ConfinedSql(parts.store, parts.config, parts.metrics);

  const clickhouse = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const caller = await access.authorize(request, 'read');
    const asked = readDialect(request);
    if (asked.sql === '') return reply.type('text/plain').send('Ok.\n');
    const wanted =
      asked.database === '' || asked.database === 'default' ? (caller.project ?? 'default') : asked.database;
    const projects = await access.projects(caller, wanted.split(','));
    const limits = { maxRows: MAX_STREAMED_ROWS, settings: asked.settings };
    const signal = untilGone(reply);
    const { body, format } = await confined.run(asked.sql, projects, asked.format, STREAMED, limits, signal);
    return reply
      .type(FORMATS[format] ?? 'application/octet-stream')
      .header('x-clickhouse-format', format)
      .send(body);
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.post('/api/v1/sql', async (request, reply) => {
      const caller = await access.authorize(request, 'read');
      const asked = sqlRequestSchema.parse(request.body ?? {});
      const projects = await access.projects(caller, asked.project);
      const limits = { maxRows: MAX_JSON_ROWS, settings: WHOLE_ANSWER };
      const { body } = await confined.run(asked.sql, projects, 'JSONCompact', WHOLE, limits, untilGone(reply));
      const { meta, data, statistics } = JSON.parse(await text(body)) as CompactAnswer; // the engine's JSONCompact
      return {
        columns: meta,
        rows: data,
        elapsedMs: statistics.elapsed * 1_000,
        scanned: { rows: statistics.rows_read, bytes: statistics.bytes_read },
      };
    });

    await app.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      scope.get('/clickhouse/ping', async (_request, reply) => reply.type('text/plain').send('Ok.\n'));
      scope.get('/clickhouse', clickhouse);
      scope.post('/clickhouse', clickhouse);
    });
  };
}

interface CompactAnswer {
  readonly meta: readonly { readonly name: string; readonly type: string }[];
  readonly data: readonly unknown[][];
  readonly statistics: { readonly elapsed: number; readonly rows_read: number; readonly bytes_read: number };
}

/** What ClickHouse's clients put into address, headers and body. */
function readDialect(request: FastifyRequest) {
  const parameters = new URLSearchParams(request.url.split('?')[1] ?? '');
  const settings: Record<string, string> = {};
  for (const [name, value] of parameters) {
    if (['query', 'database', 'default_format'].includes(name) || IGNORED.has(name)) continue;
    if (name === 'user' || name === 'password')
      throw new MoalogError(
        'invalid_request',
        'A key does not belong into an address: send it as X-ClickHouse-Key or Basic.',
      );
    if (!OUTPUT_SETTINGS.has(name)) throw new MoalogError('invalid_query', `The setting ${name} cannot be set here.`);
    settings[name] = value;
  }
  const body = typeof request.body === 'string' ? request.body : '';
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    sql: [parameters.get('query') ?? '', body].filter((part) => part.trim() !== '').join('\n'),
    database: header('x-clickhouse-database') ?? parameters.get('database') ?? '',
    format: header('x-clickhouse-format') ?? parameters.get('default_format') ?? 'TabSeparated',
    settings,
  };
}

function untilGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
