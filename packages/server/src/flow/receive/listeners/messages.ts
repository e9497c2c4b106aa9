import type { ListenerConfig } from '#config';
import type { RefusalReason } from './socket-receiver.ts';

/** What the listeners' thread is started with. */
export interface ThreadData {
  readonly listeners: readonly ListenerConfig[];
}

/** From the thread to the server. */
export type FromThread =
  | { readonly kind: 'listening'; readonly id: string; readonly port: number }
  | { readonly kind: 'cannotListen'; readonly id: string; readonly message: string }
  | { readonly kind: 'batch'; readonly id: string; readonly batch: Batch }
  | {
      readonly kind: 'refused';
      readonly id: string;
      readonly what: 'events' | 'connection';
      readonly reason: RefusalReason;
      readonly count: number;
      readonly message: string;
    }
  | { readonly kind: 'connections'; readonly id: string; readonly open: number }
  | { readonly kind: 'complaint'; readonly id: string; readonly event: string; readonly message: string };

/** Lines that wait for an outcome under `number`. */
export interface Batch {
  readonly number: number;
  /** Its memory moves with the message. */
  readonly payload: Uint8Array;
  readonly rows: number;
  readonly receivedAt: number;
  readonly batchId?: string;
}

/** From the server to the thread. */
export type ToThread =
  | { readonly kind: 'outcome'; readonly number: number; readonly outcome: 'stored' | 'duplicate' | 'lost' }
  | { readonly kind: 'close' };
