/** Chunks of a sender that may be on their way to the disk at once: many small ones share a write. */
const MAX_STORES = 256;
const MAX_BYTES = 8 * 1024 * 1024;

/** What was handed over for one sender and is not durable yet. */
export class StoresUnderWay {
  readonly #under = new Set<Promise<void>>();
  #bytes = 0;
  #failure: { readonly error: unknown } | null = null;

  add(stored: Promise<void>, bytes: number): void {
    const done = stored
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#under.delete(done);
        this.#bytes -= bytes;
      });
    this.#under.add(done);
    this.#bytes += bytes;
  }

  /** Resolves when there is room for another. Rejects when one of them failed. */
  async room(): Promise<void> {
    while (this.#under.size >= MAX_STORES || this.#bytes >= MAX_BYTES) await Promise.race(this.#under);
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Resolves when all of them are durable. Rejects when one of them failed. */
  async all(): Promise<void> {
    await Promise.all(this.#under);
    if (this.#failure !== null) throw this.#failure.error;
  }
}
