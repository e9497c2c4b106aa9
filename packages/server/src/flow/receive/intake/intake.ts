import type { IngestOptions, IngestPreview } from '@moalog/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Access, Caller } from '#access';
import type { Config } from '#config';
import { MoalogError } from '#errors';
import type { Metrics } from '#metrics';
import type { AppendOutcome, FrameHeader, Transport } from '#transport';
import type { Sources } from '../sources/index.ts';
import { type Body, readBody } from './body.ts';
import { BodyMemory } from './body-budget.ts';
import { toUtf8 } from './charset.ts';
import { Draft, type Preview, wantsDebug } from './draft.ts';
import { inflate } from './inflate.ts';
import type { Lines } from './lines.ts';
import { headerOf, readOptions } from './options.ts';

export interface IntakeParts {
  readonly transport: Transport;
  readonly access: Access;
  readonly preview: Preview;
  readonly config: Pick<Config, 'maxBodyBytes' | 'requestTimeoutMs'>;
  readonly metrics: Metrics;
  readonly sources: Sources;
  readonly log: Logger;
}

/** What a receiver says about a request of its protocol; all of it has a default. */
export interface Delivery {
  /** Text is recoded to UTF-8 by its byte order mark or charset; binary bodies stay as they came. Text unless said. */
  readonly body?: 'text' | 'binary';
  /** A coding that the protocol puts around every body, whether Content-Encoding names it or not. */
  readonly packed?: 'snappy';
  /** The protocol's own way to name the project; `project=` and `X-Moalog-Project` come first. */
  readonly project?: string;
  /** A tenant's name: the project of this slug where there is one that the key may use, else the key's own. `project=` comes first. */
  readonly tenant?: string;
}

/** A request that was let in, with its body: inflated, and in UTF-8 when it is text. */
export interface Arrival {
  /** Its memory is gone once `take` has resolved: what outlives that is copied. */
  readonly body: Body;
  readonly options: IngestOptions;
  /** What the sender said for all lines. */
  readonly header: FrameHeader;
  /** Hands lines over; resolves when they are durable, and counts them. The intake owns the payload from then on. */
  store(lines: Lines, header?: FrameHeader): Promise<AppendOutcome>;
  /** Counts single events that the receiver refused, by reason; `message` is for people: in the sources, and in debugging. */
  countRefused(reason: string, events: number, message?: string): void;
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
  /**
   * What a request that asked for debugging (`?debug=1`) would have become: takes the place of its receiver's answer. Null when it did not ask, or
   * was not let in.
   */
  debugAnswer(request: FastifyRequest, answered: { status: number; payload: unknown }): Promise<IngestPreview | null>;
}

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

  return {
    admit: (request, receiver) =>
      counted(receiver, request, async () => {
        await access.authorize(request, 'ingest');
      }),

    isFull: () => transport.backlog().full,

    receive: (request, reply, receiver, take, delivery = {}) =>
      counted(receiver, request, async (known) => {
        const caller = await access.authorize(request, 'ingest');
        const draft = wantsDebug(request) ? new Draft(receiver) : null;
        if (draft !== null) drafts.set(request, draft);
        const options = readOptions(request);
        const { slug, count } = await projectOf(caller, options.project ?? delivery.project, delivery.tenant);
        known.project = slug;
        const header = headerOf(options, slug, receiver, Date.now());
        return memory.share(async (budget) => {
          const limits = { ...reading, budget };
          const raw = await readBody(request.raw, limits).catch((error: unknown) => {
            // A sender that stalls gets its answer and is left.
            if (error instanceof MoalogError && error.code === 'request_timeout') reply.header('connection', 'close');
            throw error;
          });
          const inflated = await inflate(raw, request.headers['content-encoding'], limits, delivery.packed);
          const body = delivery.body === 'binary' ? inflated : toUtf8(inflated, request.headers['content-type']);
          let storing = 0;
          const answer = await take({
            body,
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
          });
          // An append that failed or that nobody waited for may still be read by the thread that writes: that body is left to the collector.
          if (storing === 0) body.release();
          return answer;
        });
      }),

    debugAnswer: async (request, answered) => (await drafts.get(request)?.report(preview, answered)) ?? null,
  };
}
