import type { Projects } from './projects.ts';

const RETRY_MS = 30_000;

/** Deletes the events of projects that were deleted, in the background, until all are gone; a restart goes on with it. */
export class Erasure {
  readonly #projects: Projects;
  readonly #eraseEvents: (slug: string, signal: AbortSignal) => Promise<void>;
  readonly #onFailure: (error: unknown) => void;
  #run: Promise<void> | null = null;
  #again: NodeJS.Timeout | undefined;
  readonly #closing = new AbortController();

  constructor(
    projects: Projects,
    /** Resolves when no event of the project is left, those still on their way to the store included; rejects when `signal` is aborted. */
    eraseEvents: (slug: string, signal: AbortSignal) => Promise<void>,
    onFailure: (error: unknown) => void,
  ) {
    this.#projects = projects;
    this.#eraseEvents = eraseEvents;
    this.#onFailure = onFailure;
  }

  /** Looks for projects to erase. Safe to call at any time; runs never overlap. */
  wake(): void {
    if (this.#closing.signal.aborted) return;
    clearTimeout(this.#again);
    this.#run = (this.#run ?? Promise.resolve()).then(() => this.#eraseAll());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#again);
    await this.#run;
  }

  async #eraseAll(): Promise<void> {
    try {
      for (const slug of await this.#projects.deleting()) {
        if (this.#closing.signal.aborted) return;
        await this.#eraseEvents(slug, this.#closing.signal);
        await this.#projects.forget(slug);
      }
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#onFailure(error);
      this.#again = setTimeout(() => this.wake(), RETRY_MS);
      this.#again.unref();
    }
  }
}
