import { setTimeout as sleep } from 'node:timers/promises';
import { MoalogError } from '#errors';

/** Memory for bodies that are being received. */
export interface BodyBudget {
  /** Throws back_pressure when nothing is left. */
  take(bytes: number): void;
}

/** Shares memory among requests: many large bodies at once are told to come again before they take the machine down. */
export class BodyMemory {
  readonly #maxBytes: number;
  #taken = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Runs `work` with a budget; all that it took is given back when it ends. */
  async share<T>(work: (budget: BodyBudget) => Promise<T>): Promise<T> {
    let mine = 0;
    const take = (bytes: number): void => {
      // A single request always fits: its own limit is below the total.
      if (this.#taken + bytes > this.#maxBytes && this.#taken > mine) {
        throw new MoalogError(
          'back_pressure',
          'Too many large bodies are being received at once. Send again in a moment.',
          { retryAfterS: 1 },
        );
      }
      this.#taken += bytes;
      mine += bytes;
    };
    try {
      return await work({ take });
    } finally {
      this.#taken -= mine;
    }
  }
}

const TRY_AGAIN_MS = 100;

/** Takes memory as soon as there is some; rejects with back_pressure when there is none for `timeoutMs`. */
export async function whenThereIsRoom(take: () => void, timeoutMs: number): Promise<void> {
  for (const giveUp = Date.now() + timeoutMs; ; await sleep(TRY_AGAIN_MS)) {
    try {
      return take();
    } catch (error) {
      if (Date.now() >= giveUp) throw error;
    }
  }
}
