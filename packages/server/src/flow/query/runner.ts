import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Partial as PartialAnswer } from '@moalog/contract';
import type { FastifyReply } from 'fastify';
import type { Config } from '#config';
import { MoalogError } from '#errors';
import type { Metrics } from '#metrics';
import { type Store, storeError } from '#store';
import type { Sql } from './compile/sql.ts';

export type RunnerConfig = Pick<Config, 'queryMaxMs' | 'queryMaxMemoryBytes' | 'maxQueries' | 'memoryMaxBytes'>;

export interface Result<Row> {
  readonly rows: readonly Row[];
  readonly scanned: { readonly rows: number; readonly bytes: number };
  readonly elapsedMs: number;
  /** Set when the time limit ended the query: `rows` is what was found until then. */
  readonly partial: PartialAnswer | undefined;
}

/** Settings that a question adds to the common ones. */
export type Settings = Readonly<Record<string, string | number>>;

/** A thousand conditions of the longest kind are half of it. */
const MAX_STATEMENT_BYTES = 2 * 1024 * 1024;
/** As many as those conditions have. */
const MAX_STATEMENT_ELEMENTS = 200_000;
/** Share of the engine's memory that one query may take. */
const QUERY_MEMORY_SHARE = 0.35;

/** Runs statements on the store, within the limits, and ends them when nobody waits for them any more. */
export class Runner {
  readonly #store: Store;
  readonly #config: RunnerConfig;
  readonly #metrics: Metrics;
  #running = 0;

  constructor(store: Store, config: RunnerConfig, metrics: Metrics) {
    this.#store = store;
    this.#config = config;
    this.#metrics = metrics;
  }

  /** All rows of a statement. `question` names it in metrics. */
  async rows<Row>(
    question: string,
    statement: Sql,
    signal: AbortSignal,
    settings: Settings = {},
  ): Promise<Result<Row>> {
    return this.#measured(question, async () => {
      const { text, parameters } = statement.render();
      const startedAt = performance.now();
      const result = await this.#store.client.query({
        query: text,
        query_params: parameters,
        format: 'JSON',
        query_id: randomUUID(),
        abort_signal: signal,
        clickhouse_settings: { ...this.#limits('break'), ...settings },
      });
      const answer = await result.json<Row>();
      const elapsedMs = (answer.statistics?.elapsed ?? 0) * 1_000;
      // The engine's own time leaves out planning, which its limit counts. Waiting for a turn is in ours: better a whole answer called partial than the other way round.
      const tookMs = Math.max(elapsedMs, performance.now() - startedAt);
      return {
        rows: answer.data,
        scanned: { rows: Number(answer.statistics?.rows_read ?? 0), bytes: Number(answer.statistics?.bytes_read ?? 0) },
        elapsedMs,
        partial: tookMs >= this.#config.queryMaxMs * 0.98 ? this.#outOfTime() : undefined,
      };
    });
  }

  /** A statement's answer as bytes of `format`, within the same limits. */
  async body(
    question: string,
    statement: Sql,
    format: string,
    signal: AbortSignal,
    settings: Settings = {},
  ): Promise<Pick<Result<never>, 'elapsedMs' | 'partial'> & { readonly body: Uint8Array<ArrayBuffer> }> {
    return this.#measured(question, async () => {
      const { text, parameters } = statement.render();
      const startedAt = performance.now();
      const { stream } = await this.#store.client.exec({
        query: `${text} FORMAT ${format}`,
        query_params: parameters,
        query_id: randomUUID(),
        abort_signal: signal,
        clickhouse_settings: { ...this.#limits('break'), ...settings },
      });
      const body = await bytesOf(stream);
      const elapsedMs = performance.now() - startedAt;
      return {
        body,
        elapsedMs,
        partial: elapsedMs >= this.#config.queryMaxMs * 0.98 ? this.#outOfTime() : undefined,
      };
    });
  }

  /** Bytes of a statement's answer as they come, without a limit on time or rows. It counts as running until `take` has them all. */
  async stream(
    question: string,
    statement: Sql,
    format: string,
    signal: AbortSignal,
    take: (body: Readable) => Promise<void>,
  ): Promise<void> {
    return this.#measured(question, async () => {
      const { text, parameters } = statement.render();
      const { stream } = await this.#store.client.exec({
        query: `${text} FORMAT ${format}`,
        query_params: parameters,
        query_id: randomUUID(),
        abort_signal: signal,
        clickhouse_settings: { ...this.#limits('throw'), max_execution_time: 0, max_threads: 1 },
      });
      await take(stream);
    });
  }

  #limits(whenOver: 'break' | 'throw') {
    const { queryMaxMs, queryMaxMemoryBytes, memoryMaxBytes } = this.#config;
    return {
      // Statements here only read: whatever a fault made of one, it could change nothing.
      readonly: '2' as const,
      max_query_size: String(MAX_STATEMENT_BYTES),
      max_ast_elements: String(MAX_STATEMENT_ELEMENTS),
      max_execution_time: queryMaxMs / 1_000,
      timeout_overflow_mode: whenOver,
      max_memory_usage: String(queryMaxMemoryBytes ?? Math.floor(memoryMaxBytes * QUERY_MEMORY_SHARE)),
      date_time_output_format: 'iso' as const,
      output_format_json_quote_64bit_integers: 1 as const,
    };
  }

  #outOfTime(): PartialAnswer {
    return {
      reason: 'time_limit',
      message: `The query was ended after ${this.#config.queryMaxMs / 1_000} s; this is what it had found. Narrow the time range, or add a field.`,
    };
  }

  async #measured<T>(question: string, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#config.maxQueries) {
      throw new MoalogError(
        'too_many_queries',
        `${this.#config.maxQueries} queries are running or waiting; try again in a moment.`,
        { retryAfterS: 1 },
      );
    }
    this.#running++;
    const end = this.#metrics.querySeconds.startTimer({ question });
    try {
      return await work();
    } catch (error) {
      const known = storeError(error);
      this.#metrics.queryFailures.inc({ question, reason: known.code });
      throw known;
    } finally {
      end();
      this.#running--;
    }
  }
}

/** All of a stream in memory of its own, which can be handed to another thread. */
async function bytesOf(stream: Readable): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) continue;
    chunks.push(chunk);
    length += chunk.byteLength;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** The first reason why an answer is not whole, as a part of the answer. */
export function partialOf(...reasons: readonly (PartialAnswer | undefined)[]): { readonly partial?: PartialAnswer } {
  const partial = reasons.find((reason) => reason !== undefined);
  return partial === undefined ? {} : { partial };
}

/** Aborts when the client of the reply goes away before its answer is whole. */
export function untilGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
