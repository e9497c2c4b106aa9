/** Counts of a source since the agent started. */
export interface SourceStatus {
  files: number;
  bytesRead: number;
  eventsSent: number;
  eventsDropped: number;
  /** Batches that the server had already: a try whose answer was lost. */
  duplicateBatches: number;
  /** Bytes in files that are not acknowledged yet. */
  lagBytes: number;
  lostBytes: number;
  error: string | null;
}

export interface AgentStatus {
  readonly startedAt: string;
  readonly bytesSent: number;
  readonly retries: number;
  readonly lastError: string | null;
  readonly lastAcceptedAt: string | null;
  readonly cpuMs: number;
  readonly residentBytes: number;
  readonly sources: Readonly<Record<string, Readonly<SourceStatus>>>;
}

export class Status {
  readonly #startedAt = new Date();
  readonly #sources = new Map<string, SourceStatus>();
  bytesSent = 0;
  retries = 0;
  lastError: string | null = null;
  lastAcceptedAt: Date | null = null;

  of(source: string): SourceStatus {
    let found = this.#sources.get(source);
    if (found === undefined) {
      const none = { files: 0, bytesRead: 0, eventsSent: 0, eventsDropped: 0, duplicateBatches: 0 };
      found = { ...none, lagBytes: 0, lostBytes: 0, error: null };
      this.#sources.set(source, found);
    }
    return found;
  }

  report(): AgentStatus {
    const { user, system } = process.cpuUsage();
    return {
      startedAt: this.#startedAt.toISOString(),
      bytesSent: this.bytesSent,
      retries: this.retries,
      lastError: this.lastError,
      lastAcceptedAt: this.lastAcceptedAt?.toISOString() ?? null,
      cpuMs: (user + system) / 1_000,
      residentBytes: process.memoryUsage.rss(),
      sources: Object.fromEntries(this.#sources),
    };
  }
}
