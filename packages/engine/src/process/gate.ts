import { EngineError } from './errors.ts';

/**
 * So many statements at once, a bounded queue behind them. Reads and writes have a gate each, so that loading goes on while people search
 * and the other way round.
 */
export class Gate {
  readonly #waiting: Array<(slot: number) => void> = [];
  readonly #maxWaiting: number;
  readonly #free: number[];

  constructor(slots: number, maxWaiting: number) {
    this.#free = Array.from({ length: slots }, (_, i) => i);
    this.#maxWaiting = maxWaiting;
  }

  /** Runs `work` with the number of a free slot. Rejects with code 202 when too many wait already, or when the signal is aborted while waiting. */
  async pass<T>(signal: AbortSignal, work: (slot: number) => Promise<T>): Promise<T> {
    const slot = await this.#take(signal);
    try {
      return await work(slot);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(slot);
      else next(slot);
    }
  }

  #take(signal: AbortSignal): Promise<number> {
    const slot = this.#free.pop();
    if (slot !== undefined) return Promise.resolve(slot);
    if (this.#waiting.length >= this.#maxWaiting) {
      const text = `Too many simultaneous queries: ${this.#waiting.length} wait already. Maximum: ${this.#maxWaiting}`;
      return Promise.reject(new EngineError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', text));
    }
    return new Promise((resolve, reject) => {
      const enter = (free: number): void => {
        signal.removeEventListener('abort', leave);
        resolve(free);
      };
      const leave = (): void => {
        const at = this.#waiting.indexOf(enter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(new EngineError(394, 'QUERY_WAS_CANCELLED', 'Query was cancelled'));
      };
      this.#waiting.push(enter);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
