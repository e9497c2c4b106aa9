import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import {
  contextRequestSchema,
  exportRequestSchema,
  facetsRequestSchema,
  fieldsRequestSchema,
  histogramRequestSchema,
  searchRequestSchema,
  tailRequestSchema,
} from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Access } from '#access';
import type { Metrics } from '#metrics';
import type { Store } from '#store';
import type { SegmentQueue } from '#transport';
import { readScope, readSearch } from './compile/scope.ts';
import { readEventId } from './event-row.ts';
import { eventById, eventContext } from './events/events.ts';
import { EXPORT_TYPES, exportStatement } from './export/export.ts';
import { facets } from './facets/facets.ts';
import { fields } from './fields/fields.ts';
import { hintsFor } from './hints.ts';
import { histogram, histogramStatement } from './histogram/histogram.ts';
import { Runner, type RunnerConfig, untilGone } from './runner.ts';
import { search, searchStatement } from './search/search.ts';
import { Tails } from './tail/tail.ts';
import { readTimeRange } from './time-range.ts';

export interface QueryParts {
  readonly store: Store;
  readonly queue: Pick<SegmentQueue, 'loadedBelow' | 'acceptedBelow' | 'onLoaded'>;
  readonly access: Access;
  readonly config: RunnerConfig;
  readonly metrics: Metrics;
  readonly log: Logger;
}

const idSchema = z.object({ id: z.string() });
const projectSchema = z.strictObject({ project: contextRequestSchema.shape.project });
const HEARTBEAT_MS = 15_000;

/** Search, histogram, facets, fields, live tail, export, single events and their context. */
export function queryRoutes(parts: QueryParts) {
  const runner = new Runner(parts.store, parts.config, parts.metrics);
  const tails = new Tails(runner, parts.queue, parts.metrics, parts.log);
  /** The projects of a request, when its caller may read every one of them. */
  const readable = async (request: FastifyRequest, wanted: readonly string[]): Promise<readonly string[]> =>
    parts.access.projects(await parts.access.authorize(request, 'read'), wanted);

  return async (app: FastifyInstance): Promise<void> => {
    app.post('/api/v1/search', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = searchRequestSchema.parse(request.body ?? {});
      const projects = await readable(request, asked.project);
      const scope = readScope(asked, projects);
      const signal = untilGone(reply);
      const answer = await search(runner, asked, scope, parts.queue.acceptedBelow(), signal);
      if (answer.rows.length > 0 || scope.tree === null || asked.cursor !== undefined) return answer;
      const known = await fields(runner, fieldsRequestSchema.parse({}), projects, scope.range, signal);
      const hints = hintsFor(
        scope.tree,
        known.fields.map((field) => field.name),
      );
      return hints.length === 0 ? answer : { ...answer, hints };
    });

    app.post('/api/v1/histogram', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = histogramRequestSchema.parse(request.body ?? {});
      return histogram(runner, asked, readScope(asked, await readable(request, asked.project)), untilGone(reply));
    });

    app.post('/api/v1/facets', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = facetsRequestSchema.parse(request.body ?? {});
      return facets(runner, asked, readScope(asked, await readable(request, asked.project)), untilGone(reply));
    });

    app.get('/api/v1/fields', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = fieldsRequestSchema.parse(request.query);
      return fields(
        runner,
        asked,
        await readable(request, asked.project),
        readTimeRange(asked.from, asked.to, Date.now()),
        untilGone(reply),
      );
    });

    app.get('/api/v1/events/:id', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const projects = await readable(request, projectSchema.parse(request.query).project);
      return eventById(runner, projects, readEventId(idSchema.parse(request.params).id), untilGone(reply));
    });

    app.get('/api/v1/events/:id/context', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = contextRequestSchema.parse(request.query);
      const projects = await readable(request, asked.project);
      const signal = untilGone(reply);
      const event = await eventById(runner, projects, readEventId(idSchema.parse(request.params).id), signal);
      return eventContext(runner, event, asked, signal);
    });

    app.post('/api/v1/explain', async (request) => {
      await parts.access.authorize(request, 'read');
      const asked = searchRequestSchema.parse(request.body ?? {});
      const scope = readScope(asked, await readable(request, asked.project));
      const { statement, rollup } = histogramStatement(histogramRequestSchema.parse({ project: asked.project }), scope);
      const cursor = { timestamp: 0n, eventId: 0n, snapshotBelow: parts.queue.acceptedBelow() };
      return { search: searchStatement(asked, scope, cursor).render(), histogram: { ...statement.render(), rollup } };
    });

    app.post('/api/v1/export', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = exportRequestSchema.parse(request.body ?? {});
      const scope = readScope(asked, await readable(request, asked.project));
      const type = EXPORT_TYPES[asked.format];
      const body = await runner.stream(
        'export',
        exportStatement(asked, scope, parts.queue.acceptedBelow()),
        type.format,
        untilGone(reply),
      );
      const zipped = String(request.headers['accept-encoding'] ?? '').includes('gzip') && asked.format !== 'parquet';
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': type.contentType,
        'content-disposition': `attachment; filename="moalog-${new Date(scope.nowMs).toISOString().slice(0, 19).replaceAll(':', '')}.${type.extension}"`,
        'x-content-type-options': 'nosniff',
        'x-request-id': request.id,
        ...(zipped ? { 'content-encoding': 'gzip' } : {}),
      });
      // A failure on the way breaks the connection, so that nobody takes half a file for the whole.
      await (zipped ? pipeline(body, createGzip({ level: 3 }), reply.raw) : pipeline(body, reply.raw)).catch(
        (error: unknown) => {
          request.log.warn({ event: 'export_broken', err: error }, 'an export ended early');
          reply.raw.destroy();
        },
      );
    });

    app.get('/api/v1/tail', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = tailRequestSchema.parse(request.query);
      const projects = await readable(request, asked.project);
      const tree = readSearch(asked.query);
      const lastSeen = request.headers['last-event-id'];
      const after =
        typeof lastSeen === 'string' && lastSeen !== '' ? readEventId(lastSeen) : parts.queue.loadedBelow() - 1n;
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-request-id': request.id,
      });
      reply.raw.write(`retry: 1000\nid: ${after}\n\n`);
      const signal = untilGone(reply);
      const heartbeat = setInterval(() => reply.raw.write(': still here\n\n'), HEARTBEAT_MS);
      const client = {
        projects,
        tree,
        after,
        send: (batch: object, lastId: bigint) =>
          void reply.raw.write(`event: events\nid: ${lastId}\ndata: ${JSON.stringify(batch)}\n\n`),
      };
      await tails.follow(client, signal);
      clearInterval(heartbeat);
      reply.raw.end();
    });
  };
}
