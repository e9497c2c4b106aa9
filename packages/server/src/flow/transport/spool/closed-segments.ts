import type { Segment } from '../transport.ts';

/** A closed segment and what the spool remembers about it beside. */
export interface ClosedSegment extends Segment {
  /** False for one of an earlier process whose checksums were not compared yet. */
  readonly verified: boolean;
  /** When the oldest frame was accepted. */
  readonly oldestReceivedAt: number;
}

/** Closed segments that no loader has taken yet, in order, and loaders that wait for one. */
export class ClosedSegments {
  readonly #ready: ClosedSegment[] = [];
  readonly #waiting: ((segment: ClosedSegment | null) => void)[] = [];
  #ended = false;

  /** Whether a loader waits for a segment. */
  get isWanted(): boolean {
    return this.#waiting.length > 0;
  }

  add(segment: ClosedSegment): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#ready.push(segment);
    else waiting(segment);
  }

  /** The next segment; null when `signal` is aborted, or when it was ended and nothing is left. */
  take(signal: AbortSignal): Promise<ClosedSegment | null> {
    if (signal.aborted) return Promise.resolve(null);
    const next = this.#ready.shift();
    if (next !== undefined || this.#ended) return Promise.resolve(next ?? null);
    return new Promise((resolve) => {
      const give = (segment: ClosedSegment | null) => {
        signal.removeEventListener('abort', leave);
        resolve(segment);
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(give), 1);
        resolve(null);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(give);
    });
  }

  /** No more are added. */
  end(): void {
    this.#ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting(null);
  }
}
