import type { IncomingMessage, ServerResponse } from 'node:http';
import { Answer, compressionFor, contentType, sendFailure } from './answer.ts';
import { readStatement } from './body.ts';
import { EngineError, toFailure } from './errors.ts';
import type { Executor, Summary } from './execute.ts';
import { assertAuthentic, pathOf, readRequest } from './request.ts';

export interface HandlerOptions {
  readonly executor: Executor;
  readonly username: string;
  readonly password: string;
  readonly version: string;
  /** True while the engine closes: nothing new is begun. */
  readonly isClosing: () => boolean;
}

/** ClickHouse's HTTP interface over the embedded engine: https://clickhouse.com/docs/interfaces/http */
export function createHandler(options: HandlerOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('X-ClickHouse-Server-Display-Name', 'moalog-engine');
    // A client that leaves in the middle must not end the process.
    response.on('error', () => {});
    request.on('error', () => {});
    try {
      if (answerPlain(request, response)) return;
      assertAuthentic(request, options.username, options.password);
      if (options.isClosing()) throw new EngineError(236, 'ABORTED', 'The engine is closing', { status: 503 });
      await answerStatement(options, request, response);
    } catch (error) {
      sendFailure(response, toFailure(error, options.version));
      // What is left of a refused body.
      request.resume();
    }
  };
}

/** Paths that are no statement and need no secret. */
function answerPlain(request: IncomingMessage, response: ServerResponse): boolean {
  const pathname = pathOf(request);
  if (
    pathname === '/ping' ||
    pathname === '/replicas_status' ||
    (pathname === '/' && request.method !== 'POST' && !request.url?.includes('query='))
  ) {
    response.setHeader('Content-Type', 'text/html; charset=UTF-8');
    response.end('Ok.\n');
    return true;
  }
  if (pathname === '/') return false;
  response.statusCode = 404;
  response.end(`There is no handle ${pathname}\n`);
  request.resume();
  return true;
}

async function answerStatement(
  options: HandlerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { executor, version } = options;
  const asked = readRequest(request);
  const { context } = asked;
  response.setHeader('X-ClickHouse-Query-Id', headerText(context.queryId));
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  const { statement, data } = await readStatement(asked.query, request);
  const compression = asked.compress ? compressionFor(request) : null;

  const format = 'format' in statement && statement.format !== null ? statement.format : asked.defaultFormat;
  const gone = new AbortController();
  response.once('close', () => {
    if (response.writableFinished) return;
    gone.abort();
    if (statement.kind === 'result' && asked.cancelOnClose) executor.kill(context.queryId).catch(() => {});
  });
  const hasRows = statement.kind === 'result' || statement.kind === 'kill' || statement.kind === 'other';
  response.setHeader('Content-Type', contentType(hasRows ? format : ''));
  if (hasRows) response.setHeader('X-ClickHouse-Format', headerText(format));

  // Statements without many rows are never compressed by the engine.
  const answer = new Answer(response, statement.kind === 'result' || compression?.by === 'node' ? compression : null);
  let summary: Summary;
  try {
    if (statement.kind === 'result') {
      const how = {
        format: checkedFormat(format),
        compression: compression?.by === 'engine' ? compression.name : null,
        whole: asked.whole,
        signal: gone.signal,
      };
      summary = await executor.result(statement, how, context, (output) => answer.take(output));
    } else if (statement.kind === 'insert-data' && data !== null)
      summary = await executor.insertData(statement, data, context, gone.signal);
    else if (statement.kind === 'insert') summary = await executor.insert(statement.sql, context, gone.signal);
    else if (statement.kind === 'insert-data') throw new EngineError(108, 'NO_DATA_TO_INSERT', 'No data to insert');
    else {
      const done = await executor.other(statement.sql, format, context, {
        isKill: statement.kind === 'kill',
        signal: gone.signal,
      });
      if (done.bytes.length > 0) await answer.write(done.bytes);
      summary = done.summary;
    }
  } catch (error) {
    await answer.fail(toFailure(error, version));
    return;
  }
  await answer.end(summary);
}

/** It becomes part of the statement: a name, nothing else. */
function checkedFormat(format: string): string {
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(format)) throw new EngineError(73, 'UNKNOWN_FORMAT', `Unknown format ${format}`);
  return format;
}

/** Header values are printable ASCII. */
const headerText = (value: string): string => value.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 512);
