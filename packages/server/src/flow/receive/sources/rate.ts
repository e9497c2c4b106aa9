const SECONDS = 60;

/** Counts of the last minute, by the second. */
export class LastMinute {
  readonly #counts = new Float64Array(SECONDS);
  #second = 0;

  add(count: number, nowMs: number): void {
    const second = this.#moveTo(nowMs);
    this.#counts[second % SECONDS] = (this.#counts[second % SECONDS] ?? 0) + count;
  }

  total(nowMs: number): number {
    this.#moveTo(nowMs);
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Forgets the seconds that are over; a clock that was set back counts on in the newest second. */
  #moveTo(nowMs: number): number {
    const second = Math.max(Math.floor(nowMs / 1_000), this.#second);
    const steps = Math.min(second - this.#second, SECONDS);
    for (let step = 0; step < steps; step++) this.#counts[(second - step) % SECONDS] = 0;
    this.#second = second;
    return second;
  }
}
