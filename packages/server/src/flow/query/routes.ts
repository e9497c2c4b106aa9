import {
  contextRequestSchema,
  exportRequestSchema,
  facetsRequestSchema,
  fieldsRequestSchema,
  histogramRequestSchema,
  patternsRequestSchema,
  queryRequestSchema,
  searchRequestSchema,
  tailRequestSchema,
} from '@moalog/contract';
import { parseSearch } from '@moalog/search-language';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Access } from '#access';
import { MoalogError, problemOf } from '#errors';
import type { Metrics } from '#metrics';
import type { Store } from '#store';
import type { SegmentQueue } from '#transport';
import { RegexCheck, regexesOf } from './compile/regexes.ts';
import { readScope, type Scope } from './compile/scope.ts';
import { readEventId } from './event-row.ts';
import { eventById, eventContext } from './events/events.ts';
import { sendExport } from './export/export.ts';
import { facets } from './facets/facets.ts';
import { fields } from './fields/fields.ts';
import { hintsFor } from './hints.ts';
import { histogram, histogramStatement } from './histogram/histogram.ts';
import { Grouping } from './patterns/grouping.ts';
import { patterns } from './patterns/patterns.ts';
import { runQuery } from './pipes/query.ts';
import { readQuery } from './pipes/read.ts';
import { queryStatement } from './pipes/statement.ts';
import { Runner, type RunnerConfig, untilGone } from './runner.ts';
import { search, searchStatement } from './search/search.ts';
import { openEventStream } from './tail/event-stream.ts';
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

/** Search, histogram, facets, fields, live tail, export, single events and their context. */
export function queryRoutes(parts: QueryParts) {
  const runner = new Runner(parts.store, parts.config, parts.metrics);
  const grouping = new Grouping();
  const tails = new Tails(runner, parts.queue, parts.metrics, parts.log);
  /** The projects of a request, when its caller may read every one of them. */
  const readable = async (request: FastifyRequest, wanted: readonly string[]): Promise<readonly string[]> =>
    parts.access.projects(await parts.access.authorize(request, 'read'), wanted);
  const regexes = new RegexCheck(runner);
  /** What a request asks, bound to its projects, when the search can be understood. */
  const readChecked = async (
    request: FastifyRequest,
    asked: { project: readonly string[]; query: string; from: string; to: string },
    signal: AbortSignal,
  ): Promise<Scope> => {
    const scope = readScope(asked, await readable(request, asked.project));
    await regexes.check(regexesOf(scope.tree), signal);
    return scope;
  };

  return async (app: FastifyInstance): Promise<void> => {
    app.post('/api/v1/search', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = searchRequestSchema.parse(request.body ?? {});
      const signal = untilGone(reply);
      const scope = await readChecked(request, asked, signal);
      const answer = await search(runner, asked, scope, parts.queue.acceptedBelow(), signal);
      if (answer.rows.length > 0 || asked.cursor !== undefined) return answer;
      const hints = await hintsFor(runner, scope, signal);
      return hints.length === 0 ? answer : { ...answer, hints };
    });

    app.post('/api/v1/query', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = queryRequestSchema.parse(request.body ?? {});
      const signal = untilGone(reply);
      const query = readQuery(asked, await readable(request, asked.project));
      await regexes.check(query.regexes, signal);
      return runQuery(runner, grouping, query, signal);
    });

    app.post('/api/v1/patterns', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = patternsRequestSchema.parse(request.body ?? {});
      const signal = untilGone(reply);
      const query = readQuery({ ...asked, zoneOffsetMinutes: 0 }, await readable(request, asked.project));
      await regexes.check(query.regexes, signal);
      return patterns(runner, grouping, query, asked.limit, signal);
    });
    app.addHook('onClose', async () => grouping.close());

    app.post('/api/v1/histogram', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = histogramRequestSchema.parse(request.body ?? {});
      const signal = untilGone(reply);
      return histogram(runner, asked, await readChecked(request, asked, signal), signal);
    });

    app.post('/api/v1/facets', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = facetsRequestSchema.parse(request.body ?? {});
      const signal = untilGone(reply);
      return facets(runner, asked, await readChecked(request, asked, signal), signal);
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
      const projects = await readable(request, asked.project);
      if (parseSearch(asked.query).pipesFrom !== null) {
        const query = readQuery({ ...asked, zoneOffsetMinutes: 0 }, projects);
        const { statement, rollup } = queryStatement(query.parsed, query.scope, 0);
        return { query: { ...statement.render(), rollup } };
      }
      const scope = readScope(asked, projects);
      const { statement, rollup } = histogramStatement(histogramRequestSchema.parse({ project: asked.project }), scope);
      const cursor = { after: null, snapshotBelow: parts.queue.acceptedBelow() };
      return { search: searchStatement(asked, scope, cursor).render(), histogram: { ...statement.render(), rollup } };
    });

    app.post('/api/v1/export', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = exportRequestSchema.parse(request.body ?? {});
      const signal = untilGone(reply);
      const scope = await readChecked(request, asked, signal);
      await sendExport(runner, asked, scope, parts.queue.acceptedBelow(), { request, reply, signal });
    });

    app.get('/api/v1/tail', async (request, reply) => {
      await parts.access.authorize(request, 'read');
      const asked = tailRequestSchema.parse(request.query);
      const signal = untilGone(reply);
      // What is wrong in the search is answered as an error: a stream that ends would be asked for again and again.
      const { projects, tree } = await readChecked(request, { ...asked, from: 'now-1s', to: 'now' }, signal);
      const newest = parts.queue.loadedBelow() - 1n;
      const lastSeen = request.headers['last-event-id'];
      const seen = typeof lastSeen === 'string' && lastSeen !== '' ? readEventId(lastSeen) : newest;
      const after = seen < newest ? seen : newest;
      const stream = openEventStream(reply, request.id, after, signal);
      await tails.follow({ projects, tree, after, send: stream.send }, signal).catch((error: unknown) => {
        const known =
          error instanceof MoalogError
            ? error
            : new MoalogError('internal', 'The live tail broke; its reason was logged.');
        stream.fail(problemOf(known, request.id));
      });
      reply.raw.end();
    });
  };
}
