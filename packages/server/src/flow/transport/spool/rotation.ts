/** Age at which the first segment after a pause is closed, so that a single event is found soon; those behind it wait for the full age. */
const FIRST_SEGMENT_AGE_MS = 100;

export interface RotationOptions {
  /** Milliseconds between the ends of two segments. */
  readonly maxAgeMs: number;
  /** Whether a loader waits for a segment. While none does, the open one grows, since each load has a price of its own. */
  readonly isWanted: () => boolean;
  /** Called when the open segment should end. */
  readonly onDue: () => void;
}

/** Says when the open segment has aged enough to end. */
export class Rotation {
  readonly #options: RotationOptions;
  #timer: NodeJS.Timeout | null = null;
  #isAged = false;
  #isDue = false;
  #endedAt = Number.NEGATIVE_INFINITY;

  constructor(options: RotationOptions) {
    this.#options = options;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  /** The open segment holds frames: from the first call on it ages. */
  written(): void {
    if (this.#isAged || this.#timer !== null) return;
    const { maxAgeMs } = this.#options;
    const sinceLastMs = performance.now() - this.#endedAt;
    const ageMs = Math.min(maxAgeMs, Math.max(FIRST_SEGMENT_AGE_MS, maxAgeMs - sinceLastMs));
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#isAged = true;
      this.asked();
    }, ageMs);
  }

  /** A loader may have begun to wait. */
  asked(): void {
    if (!this.#isAged || this.#isDue || !this.#options.isWanted()) return;
    this.#isDue = true;
    this.#options.onDue();
  }

  /** The open segment ended. */
  ended(): void {
    this.#isDue = false;
    this.#isAged = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#endedAt = performance.now();
  }
}
