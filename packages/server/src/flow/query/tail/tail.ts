import { setTimeout as sleep } from 'node:timers/promises';
import type { TailBatch } from '@moalog/contract';
import type { SearchNode } from '@moalog/search-language';
import type { Logger } from 'pino';
import { MoalogError } from '#errors';
import type { Metrics } from '#metrics';
import type { SegmentQueue } from '#transport';
import { compileCondition } from '../compile/condition.ts';
import { inProjects } from '../compile/scope.ts';
import { join, type Sql, sql, unsigned } from '../compile/sql.ts';
import { ALL_COLUMNS, type EventRow } from '../event-row.ts';
import type { Runner } from '../runner.ts';

/** Events of a batch; older ones of the same moment are counted as skipped. */
const MAX_BATCH_EVENTS = 500;
/** A client is asked for at most so often, however fast segments are loaded. */
const MIN_INTERVAL_MS = 250;
/** After a fault that passes. */
const RETRY_MS = 1_000;

export interface TailClient {
  readonly projects: readonly string[];
  readonly tree: SearchNode | null;
  /** Greatest event id the client has seen. */
  readonly after: bigint;
  /** Resolves when the client has room for more; until then events gather in the store, and what is too much is skipped. */
  send(batch: TailBatch, lastId: bigint): Promise<void>;
}

/** Faults that pass: the next try may find the store again. */
const PASSING: ReadonlySet<string> = new Set(['engine_unavailable', 'too_many_queries', 'query_time_limit']);

/** Live tails: whenever the store has got more, each client's search is asked for just the new ids. */
export class Tails {
  readonly #runner: Runner;
  readonly #queue: Pick<SegmentQueue, 'loadedBelow' | 'onLoaded'>;
  readonly #metrics: Metrics;
  readonly #log: Logger;

  constructor(runner: Runner, queue: Pick<SegmentQueue, 'loadedBelow' | 'onLoaded'>, metrics: Metrics, log: Logger) {
    this.#runner = runner;
    this.#queue = queue;
    this.#metrics = metrics;
    this.#log = log;
  }

  /** Serves a client until the signal. Rejects when its search fails for good. */
  async follow(client: TailClient, signal: AbortSignal): Promise<void> {
    this.#metrics.tailClients.inc();
    let last = client.after;
    try {
      while (!signal.aborted) {
        await this.#loadedBeyond(last, signal);
        const below = this.#queue.loadedBelow();
        if (signal.aborted || below <= last + 1n) continue;
        const batch = await this.#between(client, last, below, signal);
        if (batch !== null) {
          last = below - 1n;
          if (batch.rows.length > 0) await client.send(batch, last);
        }
        await pause(batch === null ? RETRY_MS : MIN_INTERVAL_MS, signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#log.warn({ event: 'tail_ended', err: error }, 'a live tail ended');
      throw error;
    } finally {
      this.#metrics.tailClients.dec();
    }
  }

  /** Until the store has got more than `last`, or the signal. */
  async #loadedBeyond(last: bigint, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => {
      if (signal.aborted || this.#queue.loadedBelow() > last + 1n) resolve();
    };
    const stop = this.#queue.onLoaded(check);
    signal.addEventListener('abort', check);
    check();
    await promise;
    stop();
    signal.removeEventListener('abort', check);
  }

  /** Null when the store could not be asked now. */
  async #between(client: TailClient, after: bigint, below: bigint, signal: AbortSignal): Promise<TailBatch | null> {
    try {
      return await this.#batch(client, after, below, signal);
    } catch (error) {
      if (error instanceof MoalogError && PASSING.has(error.code) && !signal.aborted) return null;
      throw error;
    }
  }

  async #batch(client: TailClient, after: bigint, below: bigint, signal: AbortSignal): Promise<TailBatch> {
    const where = join(
      [
        inProjects(client.projects),
        sql`event_id > ${unsigned(after)} AND event_id < ${unsigned(below)}`,
        ...(client.tree === null ? [] : [compileCondition(client.tree, Date.now())]),
      ],
      ' AND ',
    );
    const { rows } = await this.#runner.rows<EventRow>('tail', batchStatement(where), signal);
    if (rows.length < MAX_BATCH_EVENTS) return { rows: [...rows].reverse(), skipped: 0 };
    const counted = await this.#runner.rows<{ events: string }>(
      'tail_count',
      sql`SELECT count() AS events FROM logs WHERE ${where}`,
      signal,
    );
    const skipped = Number(counted.rows[0]?.events ?? rows.length) - rows.length;
    this.#metrics.tailSkippedEvents.inc(skipped);
    return { rows: [...rows].reverse(), skipped };
  }
}

const batchStatement = (where: Sql): Sql =>
  sql`SELECT ${ALL_COLUMNS} FROM logs WHERE ${where} ORDER BY event_id DESC LIMIT ${unsigned(MAX_BATCH_EVENTS)}`;

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
