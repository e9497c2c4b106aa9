import type { ListenerConfig } from '#config';
import type { AppendOutcome } from '#transport';
import type { LineBatch } from './line-batch.ts';

/** Why something that came was not taken. Labels of metrics: one that was published keeps its meaning. */
export type RefusalReason =
  | 'address_not_allowed'
  | 'back_pressure'
  | 'chunks_missing'
  | 'idle'
  | 'internal'
  | 'invalid_message'
  | 'message_too_large'
  | 'shutting_down'
  | 'socket_buffer_full'
  | 'tls_handshake'
  | 'too_many_connections'
  | 'unauthenticated';

/** Ends a connection: what came cannot be read on from here, or must not be. Others are not touched. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, more: { cause?: unknown } = {}) {
    super(message, more);
    this.reason = reason;
  }
}

/** Lines for one hand-over. The memory of `payload` is its own (no pool) and is given away. */
export interface Handful {
  /** Event lines; each ends in `\n`; none is empty. */
  readonly payload: Buffer;
  readonly rows: number;
  /** Identity of the batch, from protocols that have one: the same again is acknowledged and dropped. */
  readonly batchId?: string;
}

/** A listener as its receiver sees it. */
export interface Listener {
  readonly config: ListenerConfig;
  /** For protocols without answers: lines are gathered and handed over together. */
  readonly lines: LineBatch;
  /**
   * For protocols with answers: resolves when the lines are durable, however long the store is behind (the sender is told nothing until then).
   * Rejects when the server stops before.
   */
  store(handful: Handful): Promise<AppendOutcome>;
  /** Runs work that may need the memory of a whole message (`max_message_bytes`): a few at once, the others wait. */
  large<T>(work: () => Promise<T>): Promise<T>;
  /** Counts single events that were not taken, and keeps `message` as the listener's last error. */
  refuse(reason: RefusalReason, events: number, message: string): void;
}

/** One sender over TCP or TLS. */
export interface Connection extends Listener {
  /** The address it comes from. */
  readonly peer: string;
  /** What comes, as it comes. While nobody asks for the next chunk nothing is read: the sender is slowed down. */
  readonly chunks: AsyncIterable<Buffer>;
  write(bytes: Buffer): void;
}

/** Takes datagrams, one after another; must not throw for what stands in them. */
export interface DatagramTaker {
  take(datagram: Buffer, peer: string): void;
  close?(): void;
}

/**
 * One wire protocol over sockets: frames and decodes what came to event lines. It runs in the listeners' thread. Receivers never import each other; sockets,
 * certificates, allowed networks, limits and durable hand-over are the listeners'.
 */
export interface SocketReceiver {
  /** Speaks with one sender until it ends. What it rejects with ends that connection alone; a Refusal says why. */
  serve(connection: Connection): Promise<void>;
  /** Rejects when what the listener's configuration names cannot be used. */
  check?(config: ListenerConfig): Promise<void>;
  /** Datagrams to the same port ask whether we are there. */
  readonly answersHeartbeats?: true;
  /** Protocols that come in datagrams. */
  readonly datagrams?: (listener: Listener) => DatagramTaker;
}
