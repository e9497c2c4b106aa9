/** Signals that have tables of their own beside the log events. */
export type OtherSignal = 'spans' | 'metrics';

/** What a sender (or its receiver) says for all lines of a frame. */
export interface FrameHeader {
  /** What the lines are when they are no log events: JSON that a receiver wrote for the table of this name. */
  readonly signal?: OtherSignal;
  /** Slug of the project the lines belong to. */
  readonly project: string;
  /** Which receiver, agent or connector brought it: the `source` column. */
  readonly source: string;
  /** Milliseconds since the epoch at which the request was accepted: the `received_at` column. */
  readonly receivedAt: number;
  /** Values for events that do not name them themselves; `attributes` are added to every event. */
  readonly defaults: {
    readonly service?: string;
    readonly environment?: string;
    readonly host?: string;
    readonly attributes?: Readonly<Record<string, string>>;
  };
  /** Field names (dotted paths) that a source put in place of the accepted ones; first non-empty wins. */
  readonly fields: {
    readonly time?: readonly string[];
    readonly message?: readonly string[];
    readonly level?: readonly string[];
  };
  /** How a number in a level field reads; `pino` (10…60) unless a receiver knows better. */
  readonly numericLevels?: 'pino' | 'syslog' | 'otel';
  /** IANA zone for times without one; UTC when absent. */
  readonly timezone?: string;
  /** Identity of the sender's batch within the project. The same id again is acknowledged and dropped. */
  readonly batchId?: string;
}

/** Lines ready for durable hand-over. `payload` belongs to the transport from the call of `append` until that settles. */
export interface Frame extends FrameHeader {
  /** Event lines; each ends in `\n`; none is empty. */
  readonly payload: Buffer;
  /** Lines in `payload`. */
  readonly rows: number;
}

export type AppendOutcome = 'stored' | 'duplicate';

/**
 * Durable hand-over from receivers to the loader. `append` may be called concurrently; it resolves when the frame
 * would survive a power cut, and rejects with `back_pressure`, `disk_full`, `shutting_down`, or `body_too_large` and `invalid_request` for a frame
 * that no segment can hold (see #errors), when nothing of the frame was accepted. A duplicate is answered once its first is durable.
 */
export interface Transport {
  append(frame: Frame): Promise<AppendOutcome>;
  /** What stands between acceptance and the store; read by /readyz, /metrics and receivers. */
  backlog(): { readonly bytes: number; readonly rows: number; readonly oldestMs: number; readonly full: boolean };
  /** Takes no more frames, closes the last segment and resolves when it is durable. */
  close(): Promise<void>;
}

/** A closed, immutable segment file (layout: docs/segment-format.md). */
export interface Segment {
  readonly seq: number;
  /** Absolute path of the lines, frame headers among them. */
  readonly path: string;
  /** Absolute path of the frame index (JSONEachRow: header_row, first_row, rows and the header's fields). */
  readonly framesPath: string;
  readonly rows: number;
  readonly bytes: number;
  /** Same for the same segment after any crash: `insert_deduplication_token`. */
  readonly token: string;
  /** event_id of file row 0; row n has firstEventId + n. */
  readonly firstEventId: bigint;
}

/** The loader's side. `take` hands out closed segments in order, each once; `done` deletes it for good. */
export interface SegmentQueue {
  /** The next closed segment; waits for one. Resolves null when `signal` is aborted, or the transport was closed and nothing is left. */
  take(signal: AbortSignal): Promise<Segment | null>;
  done(segment: Segment): Promise<void>;
  /** Greatest event_id below which everything accepted was marked done. */
  loadedBelow(): bigint;
  /** Greater than the event_id of everything accepted so far: what a first page of a search may see. */
  acceptedBelow(): bigint;
  /** Calls back after `loadedBelow` rose; returns the function that ends it. */
  onLoaded(listener: () => void): () => void;
}
