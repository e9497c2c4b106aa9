import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Writable } from 'node:stream';
import { createDeflate, createGzip, createZstdCompress } from 'node:zlib';
import { toFailure } from './errors.ts';
import { execute, type Shares, statementOf, type Summary } from './execute.ts';
import { literal } from './literal.ts';
import { BadRequest, type EngineRequest, isAuthentic, readBody, readRequest } from './request.ts';
import { TooManyQueries } from './slots.ts';

export interface HandlerOptions {
  readonly shares: Shares;
  readonly username: string;
  readonly password: string;
  readonly version: string;
  /** Directory for data of INSERTs. */
  readonly temporary: string;
}

/** ClickHouse's HTTP interface over the embedded engine: https://clickhouse.com/docs/interfaces/http */
export function createHandler(options: HandlerOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('X-ClickHouse-Server-Display-Name', 'moalog-engine');
    const pathname = (request.url ?? '/').split('?')[0];
    if (pathname === '/ping' || (pathname === '/' && request.method === 'GET' && !(request.url ?? '').includes('query='))) {
      response.setHeader('Content-Type', 'text/html; charset=UTF-8');
      response.end('Ok.\n');
      return;
    }
    if (!isAuthentic(request, options.username, options.password)) {
      fail(response, { code: 516, status: 403, text: `Code: 516. DB::Exception: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED) (version ${options.version})` });
      return;
    }
    try {
      await answerStatement(options, request, response);
    } catch (error) {
      const failure = toFailure(error, options.version);
      if (error instanceof BadRequest) fail(response, { ...failure, status: 400 });
      else if (error instanceof TooManyQueries) fail(response, { ...failure, status: 503 });
      else if (!response.headersSent) fail(response, failure);
      else {
        // Too late for a status: ClickHouse ends the body with the error and breaks the chunked framing, so that no client takes it as whole.
        response.write(`\n${failure.text}\n`);
        response.destroy();
      }
    }
  };
}

function fail(response: ServerResponse, failure: { code: number; status: number; text: string }): void {
  response.statusCode = failure.status;
  response.setHeader('X-ClickHouse-Exception-Code', String(failure.code));
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.removeHeader('Content-Encoding');
  response.end(`${failure.text}\n`);
}

async function answerStatement(options: HandlerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const asked = readRequest(request);
  const { sql, data } = await statementOf(asked.query, readBody(request));
  if (sql.trim() === '') throw new BadRequest('Code: 62. DB::Exception: Empty query. (SYNTAX_ERROR)');
  const format = formatOf(sql, asked);
  response.setHeader('X-ClickHouse-Query-Id', asked.context.queryId);
  response.setHeader('X-ClickHouse-Format', format);
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  response.setHeader('Content-Type', contentType(format));

  const body = bodyOf(asked, request, response);
  let gone = false;
  response.once('close', () => {
    if (response.writableFinished) return;
    gone = true;
    if (asked.cancelOnClose) void kill(options.shares, asked.context.queryId);
  });
  const summary = await execute(options.shares, { sql, data, format, temporary: options.temporary }, asked.context, {
    async write(chunk) {
      if (gone) throw new Error('the client is gone');
      if (!body.write(chunk)) await Promise.race([once(body, 'drain'), once(response, 'close')]);
    },
  });
  if (!response.headersSent) response.setHeader('X-ClickHouse-Summary', summaryHeader(summary));
  body.end();
}

/** The format that the answer will have: the statement's own FORMAT clause, what the request asks for, or TabSeparated. */
const formatOf = (sql: string, asked: EngineRequest): string => /\bFORMAT\s+([A-Za-z0-9]+)\s*;?\s*$/i.exec(sql)?.[1] ?? asked.format ?? 'TabSeparated';

const contentType = (format: string): string =>
  /^JSON(?!.*EachRow)/.test(format) ? 'application/json; charset=UTF-8' : /EachRow/.test(format) ? 'application/x-ndjson; charset=UTF-8' : /^CSV/.test(format) ? 'text/csv; charset=UTF-8' : /^(Native|RowBinary|Parquet|Arrow|ORC)/.test(format) ? 'application/octet-stream' : 'text/tab-separated-values; charset=UTF-8';

/** What is written reaches the client, compressed where it accepts that. Headers go out with the first bytes. */
function bodyOf(asked: EngineRequest, request: IncomingMessage, response: ServerResponse): Writable {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const encoders = { gzip: createGzip, deflate: createDeflate, zstd: createZstdCompress } as const;
  const encoding = asked.compress ? (['zstd', 'gzip', 'deflate'] as const).find((name) => accepted.includes(name)) : undefined;
  if (encoding === undefined) return response;
  response.setHeader('Content-Encoding', encoding);
  const first = new PassThrough();
  first.pipe(encoders[encoding]()).pipe(response);
  return first;
}

async function kill(shares: Shares, queryId: string): Promise<void> {
  const context = { queryId: 'control', database: 'default', settings: new Map<string, string>(), parameters: new Map<string, string>() };
  await shares.control.use(context, (session) => session.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${literal(queryId)} ASYNC`)).catch(() => {});
}

const summaryHeader = (summary: Summary): string =>
  JSON.stringify({
    read_rows: String(summary.readRows),
    read_bytes: String(summary.readBytes),
    written_rows: '0',
    written_bytes: '0',
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: String(summary.elapsedNs),
  });
