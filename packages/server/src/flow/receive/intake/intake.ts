import type { IngestPreview } from '@moalog/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Access, Caller } from '#access';
import type { Config } from '#config';
import { MoalogError } from '#errors';
import type { Metrics } from '#metrics';
import type { Transport } from '#transport';
import type { Sources } from '../sources/index.ts';
import type { Arrival, Delivery, LetIn, Stream } from './arrival.ts';
import { readBody } from './body.ts';
import { BodyMemory, whenThereIsRoom } from './body-budget.ts';
import { chunksOf } from './body-stream.ts';
import { toUtf8 } from './charset.ts';
import { Draft, type Preview, wantsDebug } from './draft.ts';
import { inflate } from './inflate.ts';
import { headerOf, inEnvironment, readOptions } from './options.ts';

export interface IntakeParts {
  readonly transport: Transport;
  readonly access: Access;
  readonly preview: Preview;
  readonly config: Pick<Config, 'maxBodyBytes' | 'requestTimeoutMs'>;
  readonly metrics: Metrics;
  readonly sources: Sources;
  readonly log: Logger;
}

/** What receivers share: key, limits, inflation, options, hand-over, counts. */
export interface Intake {
  /** Lets a request without events in (start-up calls of agents). Rejects as Access does. */
  admit(request: FastifyRequest, receiver: string): Promise<void>;
  /** Whether the next events would be answered with back-pressure. */
  isFull(): boolean;
  /**
   * Lets an ingest request in, reads its body and runs `take`. What any step rejects with is counted under the receiver and its
   * error code, and passed on for the receiver to answer in its protocol.
   */
  receive<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    receiver: string,
    take: (arrival: Arrival) => Promise<T>,
    delivery?: Delivery,
  ): Promise<T>;
  /** The same for a body that may be larger than a body may be: it is taken piece by piece, and nothing limits its length. */
  receiveStream<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    receiver: string,
    take: (stream: Stream) => Promise<T>,
  ): Promise<T>;
  /**
   * What a request that asked for debugging (`?debug=1`) would have become: takes the place of its receiver's answer. Null when it did not ask, or
   * was not let in.
   */
  debugAnswer(request: FastifyRequest, answered: { status: number; payload: unknown }): Promise<IngestPreview | null>;
}

/** What a receiver of an endless body holds of it: a piece, an entry, a frame that is being gathered and one that is being stored. */
const STREAM_BYTES = 16 * 1024 * 1024;
const UNEXPECTED = { code: 'internal', message: 'An unexpected error was logged.' };
/** Bodies of this many times the limit may be in memory at once. */
const BODIES_IN_MEMORY = 4;

export function createIntake({ transport, access, preview, config, metrics, sources, log }: IntakeParts): Intake {
  const memory = new BodyMemory(config.maxBodyBytes * BODIES_IN_MEMORY);
  const reading = { maxBytes: config.maxBodyBytes, timeoutMs: config.requestTimeoutMs };
  const drafts = new WeakMap<FastifyRequest, Draft>();

  /** `work` is told where to note its project, for the sender's refusals to be shown there. */
  const counted = async <T>(
    receiver: string,
    request: FastifyRequest,
    work: (known: { project: string | null }) => Promise<T>,
  ): Promise<T> => {
    const known = { project: null };
    try {
      return await work(known);
    } catch (error) {
      const draft = drafts.get(request);
      if (draft !== undefined) {
        draft.fail(error);
        throw error;
      }
      const { code: reason, message } = error instanceof MoalogError ? error : UNEXPECTED;
      metrics.rejectedRequests.inc({ receiver, reason });
      sources.refused(receiver, known.project, reason, message);
      log.debug({ event: 'ingest_refused', receiver, reason }, 'an ingest request was refused');
      throw error;
    }
  };

  const projectOf = async (caller: Caller, wanted: string | undefined, tenant: string | undefined) => {
    if (wanted === undefined && tenant !== undefined) {
      try {
        return await access.ingestProject(caller, tenant);
      } catch (error) {
        if (!(error instanceof MoalogError && (error.code === 'forbidden' || error.code === 'unknown_project')))
          throw error;
      }
    }
    return access.ingestProject(caller, wanted);
  };

  /** Who sends, to which project, and the hand-over for it. */
  const letIn = async (
    request: FastifyRequest,
    receiver: string,
    known: { project: string | null },
    delivery: Delivery,
  ): Promise<{ arrived: LetIn; isStoring: () => boolean }> => {
    const caller = await access.authorize(request, 'ingest');
    const draft = wantsDebug(request) ? new Draft(receiver) : null;
    if (draft !== null) drafts.set(request, draft);
    const options = inEnvironment(readOptions(request), caller.environment);
    const { slug, count } = await projectOf(caller, options.project ?? delivery.project, delivery.tenant);
    known.project = slug;
    const header = headerOf(options, slug, receiver, Date.now());
    let storing = 0;
    const arrived: LetIn = {
      options,
      header,
      countRefused(reason, events, message = '') {
        if (draft !== null) return draft.refuse(reason, events, message);
        metrics.rejectedEvents.inc({ receiver, reason }, events);
        sources.refused(receiver, slug, reason, message);
      },
      async store({ payload, rows }, frameHeader = header) {
        if (rows === 0) return 'stored';
        if (draft !== null) {
          draft.keep({ payload, rows }, frameHeader);
          return 'stored';
        }
        count?.(rows, payload.length);
        storing++;
        const outcome = await transport.append({ ...frameHeader, payload, rows });
        storing--;
        if (outcome === 'duplicate') {
          metrics.duplicateBatches.inc({ receiver });
        } else {
          metrics.acceptedEvents.inc({ receiver }, rows);
          metrics.acceptedBytes.inc({ receiver }, payload.length);
          sources.accepted(receiver, frameHeader.project, rows, payload.length);
        }
        return outcome;
      },
    };
    return { arrived, isStoring: () => storing > 0 };
  };

  return {
    admit: (request, receiver) =>
      counted(receiver, request, async () => {
        await access.authorize(request, 'ingest');
      }),

    isFull: () => transport.backlog().full,

    receive: (request, reply, receiver, take, delivery = {}) =>
      counted(receiver, request, async (known) => {
        const { arrived, isStoring } = await letIn(request, receiver, known, delivery);
        return memory.share(async (budget) => {
          const limits = { ...reading, budget };
          const raw = await readBody(request.raw, limits).catch((error: unknown) => {
            // A sender that stalls gets its answer and is left.
            if (error instanceof MoalogError && error.code === 'request_timeout') reply.header('connection', 'close');
            throw error;
          });
          const wrapped = { body: raw, coding: request.headers['content-encoding'] };
          const { body: coded, coding } = delivery.unwrap?.(raw) ?? wrapped;
          const inflated = await inflate(coded, coding, limits, delivery.packed);
          const body = delivery.body === 'binary' ? inflated : toUtf8(inflated, request.headers['content-type']);
          const answer = await take({ ...arrived, body, reserve: budget.take });
          // An append that failed or that nobody waited for may still be read by the thread that writes: that body is left to the collector.
          if (!isStoring()) body.release();
          return answer;
        });
      }),

    receiveStream: (request, reply, receiver, take) =>
      counted(receiver, request, async (known) => {
        const { arrived } = await letIn(request, receiver, known, {});
        try {
          return await memory.share(async (budget) => {
            // The sender waits, too: nothing of its body is read until there is room.
            await whenThereIsRoom(() => budget.take(STREAM_BYTES), reading.timeoutMs / 2);
            const chunks = chunksOf(request.raw, reading.timeoutMs);
            return take({ ...arrived, chunks, maxBytes: reading.maxBytes });
          });
        } catch (error) {
          // What is still to come has no end in sight.
          reply.header('connection', 'close');
          throw error;
        }
      }),

    debugAnswer: async (request, answered) => (await drafts.get(request)?.report(preview, answered)) ?? null,
  };
}
