/** First message to the engine's process. */
export interface EngineProcessOptions {
  readonly dataDir: string;
  /** 0 for a free one. */
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly memoryMaxBytes: number;
  readonly readSessions: number;
  readonly writeSessions: number;
  /** Statements of a share that may wait for a session before others are refused. */
  readonly maxWaiting: number;
}

export type EngineProcessReport =
  | { readonly type: 'ready'; readonly port: number; readonly version: string }
  | { readonly type: 'failed'; readonly message: string };
