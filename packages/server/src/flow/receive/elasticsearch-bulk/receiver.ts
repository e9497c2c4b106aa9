import type { FastifyReply, FastifyRequest } from 'fastify';
import { MoalogError } from '#errors';
import type { FrameHeader } from '#transport';
import type { Arrival, Intake } from '../intake/index.ts';
import { linesOf } from '../intake/index.ts';
import type { HttpReceiver } from '../receiver.ts';
import { bulkAnswer, idMaker, type RunOutcome } from './bulk-answer.ts';
import { type BulkRun, parseBulk } from './bulk-body.ts';
import { errorAnswer } from './error-answer.ts';
import { applyFilterPath, parseFilterPath, wantsAll } from './filter-path.ts';
import { answerStartUp, versionFor } from './start-up-calls.ts';

const PREFIX = '/elasticsearch';

/** Elasticsearch's bulk protocol and the calls that its agents and clients make around it, below `/elasticsearch`. */
export const elasticsearchBulk: HttpReceiver = {
  name: 'elasticsearch-bulk',
  protocol: 'Elasticsearch bulk',
  path: PREFIX,
  routes: (intake) => async (app) => {
    // Clients since 7.14 refuse to talk to a server that does not say this, on errors too.
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('x-elastic-product', 'Elasticsearch');
    });
    app.setErrorHandler((error, request, reply) => {
      const answer = errorAnswer(error);
      if (answer.status === 500)
        request.log.error({ event: 'request_failed', err: error }, 'a request failed unexpectedly');
      return send(request, reply.headers(answer.headers), answer.status, answer.body);
    });
    const handle = (request: FastifyRequest, reply: FastifyReply) => dispatch(intake, request, reply);
    app.all(PREFIX, handle);
    app.all(`${PREFIX}/*`, handle);
  },
};

/** The shapes of calls that bring documents; everything else is a start-up call. */
async function dispatch(intake: Intake, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const path = pathOf(request.url);
  const isWrite = request.method === 'POST' || request.method === 'PUT';
  const [, bulkIndex] = /^(?:([^_/][^/]*)\/(?:(?:_doc|[^_/][^/]*)\/)?)?_bulk$/.exec(path) ?? [null, null];
  if (isWrite && bulkIndex !== null) return takeBulk(intake, request, reply, decoded(bulkIndex ?? ''));
  // With an index and no bulk: `_doc`, `_create`, or a type as before version 7 (rsyslog).
  const [, index, id] = /^([^_/][^/]*)\/(?:_doc|_create|[^_/][^/]*)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (isWrite && index !== undefined)
    return takeDocument(intake, request, reply, decoded(index), id === undefined ? null : decoded(id));

  await intake.admit(request, elasticsearchBulk.name);
  const version = versionFor(request.headers['user-agent'] ?? '', request.headers.accept ?? '');
  const answer = answerStartUp({ method: request.method, path, version, host: request.host });
  if (answer === null) {
    const reason = `${request.method} /${path} is not a call that Moalog answers: events are sent here, and searched with /api/v1/search.`;
    throw new MoalogError('invalid_request', reason);
  }
  return send(request, reply, answer.status, answer.body);
}

async function takeBulk(
  intake: Intake,
  request: FastifyRequest,
  reply: FastifyReply,
  urlIndex: string,
): Promise<FastifyReply> {
  const started = performance.now();
  const text = await intake.receive(request, reply, elasticsearchBulk.name, async (arrival) => {
    const { items, runs } = parseBulk(arrival.body, urlIndex);
    if (items.length === 0) throw new MoalogError('invalid_body', 'request body is required');
    const outcomes = await Promise.all(runs.map((run, number) => storeRun(arrival, run, number)));
    const [first] = outcomes;
    // Nothing at all was stored, and for a reason that holds for the whole request: most agents do best with the status of the request.
    const byItem = first?.code === 'back_pressure' && isBulkHelper(request);
    if (
      first &&
      !byItem &&
      items.every(({ fate }) => 'run' in fate) &&
      outcomes.every((outcome) => outcome?.code === first.code)
    )
      throw first;
    for (const { fate } of items) if ('refused' in fate) arrival.countRefused(fate.refused, 1, fate.why);
    for (const [number, outcome] of outcomes.entries())
      if (outcome) arrival.countRefused(outcome.code, runs[number]?.rows ?? 0, outcome.message);
    return bulkAnswer(items, outcomes, Math.round(performance.now() - started), filterOf(request));
  });
  return send(request, reply, 200, text, 'json');
}

/** The bulk helpers of the official clients say so. The one for JavaScript gives up on a 429 of the request, and sends items with 429 again. */
const isBulkHelper = (request: FastifyRequest): boolean =>
  /(?:^|,)h=bp(?:,|$)/.test(String(request.headers['x-elastic-client-meta'] ?? ''));

/** Each run is a frame of its own, since its index is an attribute of all its events. */
async function storeRun(arrival: Arrival, run: BulkRun, number: number): Promise<RunOutcome> {
  try {
    await arrival.store(run, runHeader(arrival.header, run.index, number));
    return null;
  } catch (error) {
    if (error instanceof MoalogError) return error;
    throw error;
  }
}

function runHeader(header: FrameHeader, index: string, number: number): FrameHeader {
  const { batchId } = header;
  return {
    ...header,
    ...(index !== '' && { defaults: { ...header.defaults, attributes: { 'elasticsearch.index': index } } }),
    ...(batchId !== undefined && { batchId: `${batchId}#${number}` }),
  };
}

/** A single document: one event whatever newlines stand in it. */
async function takeDocument(
  intake: Intake,
  request: FastifyRequest,
  reply: FastifyReply,
  index: string,
  givenId: string | null,
): Promise<FastifyReply> {
  const id = givenId ?? idMaker()();
  await intake.receive(request, reply, elasticsearchBulk.name, async (arrival) => {
    const { bytes } = arrival.body;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) bytes[at] = 32;
    const lines = linesOf(arrival.body);
    if (lines.rows === 0) throw new MoalogError('invalid_body', 'request body is required');
    await arrival.store(lines, runHeader(arrival.header, index, 0));
  });
  const shards = { total: 1, successful: 1, failed: 0 };
  return send(request, reply, 201, {
    _index: index,
    _id: id,
    _version: 1,
    result: 'created',
    _shards: shards,
    _seq_no: 0,
    _primary_term: 1,
  });
}

/** The path below the prefix without empty segments (clients send doubled and trailing slashes), still percent-encoded: names may hold slashes. */
function pathOf(url: string): string {
  const [pathname = ''] = url.slice(PREFIX.length).split('?');
  return pathname
    .split('/')
    .filter((segment) => segment !== '')
    .join('/');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    throw new MoalogError('invalid_request', 'The path is not valid percent-encoding.', { cause: error });
  }
}

const filterOf = (request: FastifyRequest) => parseFilterPath((request.query as { filter_path?: unknown }).filter_path);

/** Answers JSON (`text` is JSON already when `as` says so) or text, in the media type that the client asked for. */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  body: object | string,
  as?: 'json',
): FastifyReply {
  const isText = typeof body === 'string' && as === undefined;
  const filter = filterOf(request);
  const json =
    typeof body === 'string'
      ? body
      : JSON.stringify(wantsAll(filter) || status >= 400 ? body : (applyFilterPath(body, filter) ?? {}));
  const [, major] =
    /application\/vnd\.elasticsearch\+json;\s*compatible-with=(\d+)/.exec(request.headers.accept ?? '') ?? [];
  const type = isText
    ? 'text/plain; charset=UTF-8'
    : major === undefined
      ? 'application/json'
      : `application/vnd.elasticsearch+json;compatible-with=${major}`;
  // Bytes, since Fastify adds a charset to the type of texts.
  return reply.code(status).header('content-type', type).send(Buffer.from(json));
}
