import type { TailBatch } from '@moalog/contract';
import type { SearchNode } from '@moalog/search-language';
import type { Logger } from 'pino';
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

export interface TailClient {
  readonly projects: readonly string[];
  readonly tree: SearchNode | null;
  /** Greatest event id the client has seen. */
  readonly after: bigint;
  send(batch: TailBatch, lastId: bigint): void;
}

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

  /** Serves a client until the signal. */
  async follow(client: TailClient, signal: AbortSignal): Promise<void> {
    this.#metrics.tailClients.inc();
    let wake = (): void => {};
    const stop = this.#queue.onLoaded(() => wake());
    signal.addEventListener('abort', () => wake());
    let last = client.after;
    try {
      while (!signal.aborted) {
        const below = this.#queue.loadedBelow();
        if (below > last + 1n) {
          const batch = await this.#between(client, last, below, signal);
          if (batch.rows.length > 0) client.send(batch, below - 1n);
          last = below - 1n;
          await pause(MIN_INTERVAL_MS, signal);
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (signal.aborted || this.#queue.loadedBelow() > last + 1n) resolve();
          });
        }
      }
    } catch (error) {
      if (!signal.aborted) this.#log.warn({ event: 'tail_ended', err: error }, 'a live tail ended');
    } finally {
      stop();
      this.#metrics.tailClients.dec();
    }
  }

  async #between(client: TailClient, after: bigint, below: bigint, signal: AbortSignal): Promise<TailBatch> {
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

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
