import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { type ListenerConfig, loadConfig } from '#config';
import { createMetrics, type Metrics } from '#metrics';
import type { Delivered } from '../transport/contract.suite.ts';
import { SpoolUnderTest } from '../transport/spool/spool-under-test.ts';
import { Listeners } from './listeners/index.ts';
import { access } from './receivers-under-test.ts';
import { Sources } from './sources/index.ts';

const WAIT_MS = 20_000;

/** Listeners as `listeners` of the configuration. */
const listenersOf = (urls: string): readonly ListenerConfig[] =>
  loadConfig({ argv: ['--listeners', urls], env: {}, cwd: '/' }).config.listeners;

/** Listeners in their real thread, over a real spool. */
export class ListenersUnderTest {
  readonly spool: SpoolUnderTest;
  readonly metrics: Metrics;
  readonly sources: Sources;
  readonly #listeners: Listeners;
  readonly #configs: readonly ListenerConfig[];
  readonly #taken: Delivered[] = [];

  private constructor(
    listeners: Listeners,
    configs: readonly ListenerConfig[],
    parts: { spool: SpoolUnderTest; metrics: Metrics; sources: Sources },
  ) {
    this.#listeners = listeners;
    this.#configs = configs;
    this.spool = parts.spool;
    this.metrics = parts.metrics;
    this.sources = parts.sources;
  }

  /** URLs with port 0 take a free one. */
  static async start(urls: string, spoolMaxBytes = 1024 ** 3): Promise<ListenersUnderTest> {
    const spool = await SpoolUnderTest.open({ spoolMaxBytes });
    const parts = { spool, metrics: createMetrics(), sources: new Sources() };
    const configs = listenersOf(urls);
    const log = pino({ level: 'silent' });
    try {
      const listeners = await Listeners.open({ ...parts, transport: spool.transport, access, config: { listeners: configs }, log }); // biome-ignore format: one call
      return new ListenersUnderTest(listeners, configs, parts);
    } catch (error) {
      await spool.dispose();
      throw error;
    }
  }

  /** Port of the listener with this place in the configuration. */
  port(place = 0): number {
    return this.#listeners.port(this.#configs[place]?.id ?? '');
  }

  async tcp(place = 0): Promise<Socket> {
    const socket = connect({ port: this.port(place), host: '127.0.0.1' });
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    return socket;
  }

  /** Sends datagrams from one socket. */
  async udp(datagrams: readonly (string | Buffer)[], place = 0): Promise<void> {
    const socket = createSocket('udp4');
    const port = this.port(place);
    for (const datagram of datagrams) {
      await new Promise<void>((resolve, reject) =>
        socket.send(datagram, port, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
      );
    }
    socket.close();
  }

  /** Frames as they were stored, once they hold so many lines; then no more of them come back. */
  async frames(lines: number): Promise<Delivered[]> {
    for (const giveUp = Date.now() + WAIT_MS; ; await sleep(20)) {
      this.#taken.push(...(await this.spool.drain()));
      const come = this.#taken.reduce((sum, frame) => sum + frame.lines.length, 0);
      if (come >= lines) return this.#taken.splice(0);
      if (Date.now() > giveUp) throw new Error(`${come} lines came, not ${lines}`);
    }
  }

  /** Events, once so many came. */
  async events(count: number): Promise<Record<string, unknown>[]> {
    return (await this.frames(count)).flatMap(({ lines }) => lines.map((line) => JSON.parse(line)));
  }

  /** Value of a counter with these labels, 0 when it was never raised. */
  async count(name: string, labels: Record<string, string>): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric(name)?.get();
    const value = metric?.values.find((entry) =>
      Object.entries(labels).every(([label, text]) => entry.labels[label] === text),
    );
    return value?.value ?? 0;
  }

  /** Stops the listeners; the spool stays. */
  close(): Promise<void> {
    return this.#listeners.close();
  }

  async stop(): Promise<void> {
    await this.close();
    await this.spool.dispose();
  }
}
