import type { ListenerConfig } from '#config';
import type { LineBatch } from './line-batch.ts';
import type { Listener, RefusalReason } from './socket-receiver.ts';

/** A listener as its socket sees it, inside the thread. */
export interface ThreadListener {
  readonly config: ListenerConfig;
  readonly lines: LineBatch;
  /** What receivers get to see. */
  readonly seen: Listener;
  refuseConnection(reason: RefusalReason, message: string): void;
  /** Says how many are open. */
  connections(open: number): void;
  /** For the server's log. */
  complain(event: string, message: string): void;
}

/** A socket that listens. */
export interface OpenListener {
  readonly port: number;
  /** Takes no more, reads what came, and ends the connections. */
  close(): Promise<void>;
}
