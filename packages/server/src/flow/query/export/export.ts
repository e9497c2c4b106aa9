import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { EVENT_COLUMNS, type exportRequestSchema } from '@moalog/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { resolveField } from '../compile/field.ts';
import type { Scope } from '../compile/scope.ts';
import { identifier, join, type Sql, sql, unsafeSql, unsigned } from '../compile/sql.ts';
import type { Runner } from '../runner.ts';

type Request = z.output<typeof exportRequestSchema>;

const TYPES: Readonly<
  Record<Request['format'], { readonly format: string; readonly contentType: string; readonly extension: string }>
> = {
  csv: { format: 'CSVWithNames', contentType: 'text/csv; charset=utf-8', extension: 'csv' },
  ndjson: { format: 'JSONEachRow', contentType: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
  parquet: { format: 'Parquet', contentType: 'application/vnd.apache.parquet', extension: 'parquet' },
};

/** The fields asked for, in their order, each a column of its name; all columns of events when none are named. */
function fileColumns({ columns, format }: Pick<Request, 'columns' | 'format'>): Sql {
  const named = [...new Set<string>(columns ?? EVENT_COLUMNS)].map((name) => {
    // As JSON text, which every reader of CSV and Parquet understands.
    if (name === 'attributes') return unsafeSql(format === 'ndjson' ? name : 'toJSONString(attributes) AS attributes');
    return sql`${resolveField(name).value} AS ${identifier(name)}`;
  });
  return join(named, ', ');
}

/** Everything that was found, without a cap on rows, as of the moment of the question. */
function exportStatement(
  request: Pick<Request, 'columns' | 'format' | 'order' | 'limit'>,
  scope: Scope,
  acceptedBelow: bigint,
): Sql {
  const direction = unsafeSql(request.order === 'desc' ? 'DESC' : 'ASC');
  const limit = request.limit === undefined ? unsafeSql('') : sql`LIMIT ${unsigned(request.limit)}`;
  return sql`SELECT ${fileColumns(request)} FROM logs WHERE ${scope.where} AND event_id < ${unsigned(acceptedBelow)} ORDER BY logs.timestamp ${direction} ${limit}`;
}

/** Streams the file to the client, gzip when it takes that. A failure on the way breaks the connection, so that nobody takes half a file for the whole. */
export async function sendExport(
  runner: Runner,
  asked: Request,
  scope: Scope,
  acceptedBelow: bigint,
  { request, reply, signal }: { request: FastifyRequest; reply: FastifyReply; signal: AbortSignal },
): Promise<void> {
  const type = TYPES[asked.format];
  const name = `moalog-${new Date(scope.nowMs).toISOString().slice(0, 19).replaceAll(':', '')}.${type.extension}`;
  const zipped = String(request.headers['accept-encoding'] ?? '').includes('gzip') && asked.format !== 'parquet';
  await runner.stream('export', exportStatement(asked, scope, acceptedBelow), type.format, signal, async (body) => {
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': type.contentType,
      'content-disposition': `attachment; filename="${name}"`,
      'x-content-type-options': 'nosniff',
      'x-request-id': request.id,
      ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    });
    await (zipped ? pipeline(body, createGzip({ level: 3 }), reply.raw) : pipeline(body, reply.raw)).catch(
      (error: unknown) => {
        request.log.warn({ event: 'export_broken', err: error }, 'an export ended early');
        reply.raw.destroy();
      },
    );
  });
}
