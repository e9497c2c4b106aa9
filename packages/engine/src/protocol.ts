/** First message to the engine's process. */
export interface EngineProcessOptions {
  readonly dataDir: string;
  readonly username: string;
  readonly password: string;
  readonly memoryMaxBytes: number;
  readonly readSessions: number;
  readonly writeSessions: number;
  /** Statements of a share that may wait before others are refused. */
  readonly maxWaiting: number;
}

/** To the process: its options, then the listening socket when it is ready, then the order to close. */
export type EngineOrder =
  | { readonly type: 'open'; readonly options: EngineProcessOptions }
  | { readonly type: 'listen' }
  | { readonly type: 'close' };

export type EngineReport =
  | { readonly type: 'ready'; readonly version: string }
  | { readonly type: 'listening' }
  | { readonly type: 'failed'; readonly message: string };

/** Statements of KILL QUERY that may run at once. */
export const CONTROL_SESSIONS = 4;
