import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { ListenerConfig } from '#config';
import { HandOver, type HandOverParts } from './hand-over.ts';
import type { Batch, FromThread, ToThread } from './messages.ts';
import { PROTOCOL_NAMES } from './protocol-names.ts';

/** Stopping drains for so long before lines that the store does not take are given up, and then before the thread is ended. */
const MAX_DRAIN_MS = 3_000;
const MAX_CLOSE_MS = 5_000;
const RESTART_MS = 1_000;

export interface ListenerParts extends HandOverParts {
  readonly config: { readonly listeners: readonly ListenerConfig[] };
  readonly log: Logger;
}

/** A listener cannot be opened. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

interface Known {
  readonly config: ListenerConfig;
  /** The port in use: a free one that was chosen for us is kept when the thread is started again. */
  port: number;
  connections: number;
}

/** The sockets of all configured listeners, in a thread of their own, which is started again when it fails. */
export class Listeners {
  readonly #parts: ListenerParts;
  readonly #handOver: HandOver;
  readonly #known: ReadonlyMap<string, Known>;
  #thread: Worker | null = null;
  #exited: Promise<void> = Promise.resolve();
  #isClosing = false;

  private constructor(parts: ListenerParts) {
    this.#parts = parts;
    this.#handOver = new HandOver(parts);
    this.#known = new Map(
      parts.config.listeners.map((config) => [config.id, { config, port: config.port, connections: 0 }]),
    );
  }

  /** Resolves when all of them listen. Rejects with ListenError. */
  static async open(parts: ListenerParts): Promise<Listeners> {
    const listeners = new Listeners(parts);
    announceProtocols(parts);
    await warnOfProjects(parts);
    try {
      if (listeners.#known.size > 0) await listeners.#start();
    } catch (error) {
      await listeners.close();
      throw error;
    }
    return listeners;
  }

  /** The port that a listener has. */
  port(id: string): number {
    return this.#of(id).port;
  }

  /** Takes nothing more, makes what came durable, and ends the thread. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const thread = this.#thread;
    if (thread === null) return;
    this.#say({ kind: 'close' });
    const giveUp = setTimeout(() => this.#handOver.stop(), MAX_DRAIN_MS);
    const end = setTimeout(() => void thread.terminate(), MAX_CLOSE_MS);
    await this.#exited;
    clearTimeout(giveUp);
    clearTimeout(end);
    this.#handOver.stop();
  }

  #say(message: ToThread): void {
    this.#thread?.postMessage(message);
  }

  async #start(): Promise<void> {
    const listeners = [...this.#known.values()].map(({ config, port }) => ({ ...config, port }));
    const thread = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { listeners },
      name: 'listeners',
    });
    this.#thread = thread;
    const started = Promise.withResolvers<void>();
    const awaited = new Set(listeners.map(({ id }) => id));
    thread.on('message', (message: FromThread) => {
      this.#take(message);
      if (message.kind === 'cannotListen') started.reject(new ListenError(this.#explain(message)));
      if (message.kind === 'listening' && awaited.delete(message.id) && awaited.size === 0) started.resolve();
    });
    thread.on('error', (err) => {
      const { log, sources } = this.#parts;
      log.error({ event: 'listeners_failed', err }, 'the thread of the listeners failed; it is started again');
      for (const { id } of listeners) sources.refused(id, null, 'internal', String(err));
      started.reject(err);
    });
    this.#exited = new Promise((exited) => {
      thread.once('exit', () => {
        exited();
        this.#startAgainSoon();
      });
    });
    await started.promise;
  }

  #startAgainSoon(): void {
    for (const known of this.#known.values()) this.#countConnections(known, 0);
    if (this.#isClosing) return;
    setTimeout(() => {
      // What cannot listen now ends the thread, and so comes here again.
      if (!this.#isClosing) this.#start().catch(() => this.#say({ kind: 'close' }));
    }, RESTART_MS);
  }

  #take(message: FromThread): void {
    const known = this.#of(message.id);
    const { config } = known;
    const { log, metrics, sources } = this.#parts;
    switch (message.kind) {
      case 'listening':
        known.port = message.port;
        sources.announce({
          id: config.id,
          receiver: config.protocol,
          protocol: nameOf(config),
          path: null,
          port: message.port,
          enabled: true,
        });
        log.info({ event: 'listening', listener: config.id, port: message.port }, 'a listener takes events');
        break;
      case 'cannotListen':
        sources.refused(config.id, null, 'cannot_listen', message.message);
        break;
      case 'batch':
        void this.#store(config, message.batch);
        break;
      case 'refused': {
        const { reason, count } = message;
        const isConnection = message.what === 'connection';
        if (isConnection) metrics.rejectedRequests.inc({ receiver: config.protocol, reason });
        else metrics.rejectedEvents.inc({ receiver: config.protocol, reason }, count);
        // Whoever connects may be a stranger: readers of the project are not told.
        sources.refused(config.id, isConnection ? null : config.project, reason, message.message);
        log.debug({ event: 'ingest_refused', listener: config.id, reason }, message.message);
        break;
      }
      case 'connections':
        this.#countConnections(known, message.open);
        break;
      case 'complaint':
        log.warn({ event: message.event, listener: config.id }, message.message);
        break;
    }
  }

  #countConnections(known: Known, open: number): void {
    this.#parts.metrics.listenerConnections.inc({ receiver: known.config.protocol }, open - known.connections);
    known.connections = open;
  }

  async #store(config: ListenerConfig, batch: Batch): Promise<void> {
    const { number, rows } = batch;
    try {
      this.#say({ kind: 'outcome', number, outcome: await this.#handOver.store(config, batch) });
    } catch (err) {
      const { log, metrics } = this.#parts;
      log.error(
        { event: 'batch_lost', listener: config.id, rows, err },
        'lines were not stored; senders that wait for an answer send them again',
      );
      metrics.rejectedEvents.inc({ receiver: config.protocol, reason: 'shutting_down' }, rows);
      this.#say({ kind: 'outcome', number, outcome: 'lost' });
    }
  }

  #explain({ id, message }: { id: string; message: string }): string {
    const { url } = this.#of(id).config;
    return `The listener ${url} cannot be opened: ${message}. Choose another port, stop what uses it, or look at the files that it names.`;
  }

  #of(id: string): Known {
    const known = this.#known.get(id);
    if (known === undefined) throw new Error(`there is no listener ${id}`);
    return known;
  }
}

const nameOf = ({ protocol, transport }: ListenerConfig): string =>
  `${PROTOCOL_NAMES[protocol]} ${transport.toUpperCase()}`;

/** Events of a project that does not exist, or takes none, wait until it does. */
async function warnOfProjects({ config, access, log }: ListenerParts): Promise<void> {
  for (const { id, project } of config.listeners) {
    await access.listenerProject(project).catch((error: unknown) => {
      log.warn({ event: 'listener_waits', listener: id, project }, `events of a listener have to wait: ${error}`);
    });
  }
}

/** The Sources screen shows protocols that nobody switched on, too. */
function announceProtocols({ config, sources }: ListenerParts): void {
  for (const [id, protocol] of Object.entries(PROTOCOL_NAMES)) {
    if (config.listeners.some((listener) => listener.protocol === id)) continue;
    sources.announce({ id, protocol, path: null, port: null, enabled: false });
  }
}
