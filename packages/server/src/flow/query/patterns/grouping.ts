import { Worker } from 'node:worker_threads';
import { MoalogError } from '#errors';
import type { Grouped, GroupOrder } from './group.ts';

/** The thread ends when nobody asked for patterns for so long. */
const IDLE_MS = 60_000;
/** Measured: 100,000 messages take a quarter of a second. */
const MAX_MS = 15_000;
const MAX_WAITING = 8;
const MAX_HEAP_MIB = 512;

/** Groups samples in a thread of its own, one after the other, so that the server goes on answering meanwhile. */
export class Grouping {
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Starts the thread, so that it is there when its sample comes. */
  prepare(): void {
    this.#thread();
    this.#endLater();
  }

  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = startWorker();
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
    this.#worker = worker;
    return worker;
  }

  #endLater(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.close(), IDLE_MS).unref();
  }

  /** Rejects with `too_many_queries`, `query_time_limit` and `query_memory_limit`, and at once when the signal aborts. */
  async group(order: GroupOrder, signal: AbortSignal): Promise<Grouped> {
    if (this.#waiting >= MAX_WAITING)
      throw new MoalogError('too_many_queries', 'Patterns of other searches are being made; try again in a moment.', {
        retryAfterS: 1,
      });
    this.#waiting++;
    const turn = this.#last.then(() => this.#run(order, signal));
    this.#last = turn.catch(() => undefined);
    return turn.finally(() => this.#waiting--);
  }

  async #run(order: GroupOrder, signal: AbortSignal): Promise<Grouped> {
    signal.throwIfAborted();
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#thread();
    const { promise, resolve, reject } = Promise.withResolvers<Grouped>();
    const timer = setTimeout(() => reject(tooLong()), MAX_MS);
    const onAbort = (): void => reject(signal.reason);
    const onError = (error: unknown): void => reject(ofWorker(error));
    worker.on('message', resolve).on('error', onError).on('exit', onError);
    signal.addEventListener('abort', onAbort);
    // Made by whoever orders, and not looked at again.
    worker.postMessage(order, [order.body.buffer]);
    try {
      return await promise;
    } catch (error) {
      this.#worker = null;
      void worker.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      // One by one: all at once would take the thread's own listeners with them.
      worker.off('message', resolve).off('error', onError).off('exit', onError);
      this.#endLater();
    }
  }

  close(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }
}

function startWorker(): Worker {
  const worker = new Worker(new URL('./grouping-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MIB },
  });
  // The process does not wait for it, and who waits for an answer hears of its errors.
  worker.on('error', () => {}).unref();
  return worker;
}

const tooLong = (): MoalogError =>
  new MoalogError('query_time_limit', 'The patterns took too long; narrow the time range or the filter.');

const ofWorker = (error: unknown): MoalogError =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new MoalogError('query_memory_limit', 'The messages are too long for patterns; narrow the filter.', {
        cause: error,
      })
    : new MoalogError('internal', 'The patterns could not be made.', { cause: error });
