import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { KeyScope } from '@moalog/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import pino from 'pino';
import type { Access, Caller, ListenerAccess } from '#access';
import { MoalogError } from '#errors';
import { createHttp2Server, createHttpServer } from '#http';
import { createMetrics, type Metrics } from '#metrics';
import type { Delivered } from '../transport/contract.suite.ts';
import { SpoolUnderTest } from '../transport/spool/spool-under-test.ts';
import { receiverRoutes, Sources } from './index.ts';
import type { ReceiverConfig } from './receiver.ts';

/** Keys that the access port of these tests knows. */
export const INGEST_KEY = 'ingest-key';
export const READ_KEY = 'read-key';

interface Options {
  readonly maxBodyBytes?: number;
  readonly requestTimeoutMs?: number;
  readonly spoolMaxBytes?: number;
  readonly config?: ReceiverConfig;
}

/** The receivers behind a real HTTP server, over a real spool. */
export class ReceiversUnderTest {
  readonly spool: SpoolUnderTest;
  readonly metrics: Metrics;
  readonly sources: Sources;
  readonly url: string;
  /** Where OTLP over gRPC answers. */
  readonly grpcUrl: string;
  readonly #app: FastifyInstance;

  private constructor(
    app: FastifyInstance,
    spool: SpoolUnderTest,
    metrics: Metrics,
    sources: Sources,
    url: string,
    grpcUrl: string,
  ) {
    this.#app = app;
    this.spool = spool;
    this.metrics = metrics;
    this.sources = sources;
    this.url = url;
    this.grpcUrl = grpcUrl;
  }

  static async start({
    maxBodyBytes = 16 * 1024 * 1024,
    requestTimeoutMs = 5_000,
    spoolMaxBytes = 1024 ** 3,
    config = {},
  }: Options = {}): Promise<ReceiversUnderTest> {
    const spool = await SpoolUnderTest.open({ spoolMaxBytes });
    const metrics = createMetrics();
    const sources = new Sources();
    const log = pino({ level: 'silent' });
    // The server's own limit is far off, so that the receivers' own is seen.
    const app = createHttpServer({ config: { requestTimeoutMs: 60_000 }, log });
    const routes = receiverRoutes({
      transport: spool.transport,
      access,
      preview: async (frames) => frames.map(({ payload, ...header }) => ({ ...header, lines: payload.toString() })),
      config: { maxBodyBytes, requestTimeoutMs, ...config },
      metrics,
      sources,
      log,
    });
    await app.register(routes.http);
    const grpc = createHttp2Server({ config: {}, log });
    await grpc.register(routes.otlpGrpc);
    app.addHook('onClose', () => grpc.close());
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const grpcUrl = await grpc.listen({ host: '127.0.0.1', port: 0 });
    return new ReceiversUnderTest(app, spool, metrics, sources, url, grpcUrl);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async post(path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.url + path, {
      method: 'POST',
      body: body as BodyInit,
      headers: { authorization: `Bearer ${INGEST_KEY}`, ...headers },
    });
  }

  /** A connection that speaks HTTP by hand. */
  async socket(): Promise<RawConnection> {
    const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Frames stored since the last call. */
  async stored(): Promise<Delivered[]> {
    return this.spool.drain();
  }

  /** Lines stored since the last call. */
  async lines(): Promise<string[]> {
    return (await this.stored()).flatMap(({ lines }) => lines);
  }

  /** Value of a counter with these labels, 0 when it was never raised. */
  async count(name: string, labels: Record<string, string>): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric(name)?.get();
    const value = metric?.values.find((entry) =>
      Object.entries(labels).every(([label, text]) => entry.labels[label] === text),
    );
    return value?.value ?? 0;
  }

  async stop(): Promise<void> {
    await this.#app.close();
    await this.spool.dispose();
  }
}

export class RawConnection {
  readonly #socket: Socket;
  #text = '';

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#text += chunk.toString('latin1');
    });
    socket.on('error', () => {});
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** Sends FIN and goes on reading. */
  halfClose(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** What came so far, once it matches. */
  async received(pattern: RegExp, timeoutMs = 4_000): Promise<string> {
    const until = Date.now() + timeoutMs;
    while (!pattern.test(this.#text)) {
      if (Date.now() > until) throw new Error(`nothing like ${pattern} came; got: ${this.#text}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.#text;
  }
}

const SCOPES: Readonly<Record<string, KeyScope>> = { [INGEST_KEY]: 'ingest', [READ_KEY]: 'read' };

/** The port, with two keys and the projects `default` and `shop`. */
export const access: Access & ListenerAccess = {
  authorize: (request, scope) => access.authorizeKey(keyOf(request), scope),
  async authorizeKey(key, scope): Promise<Caller> {
    const granted = SCOPES[key];
    if (granted === undefined) throw new MoalogError('unauthenticated', 'The key is not known here.');
    if (granted !== scope) throw new MoalogError('forbidden', `This key may ${granted}; this call needs ${scope}.`);
    return { id: key, scopes: new Set([granted]), project: null };
  },
  projects: async (_caller, slugs) => slugs,
  async ingestProject(_caller, wanted = 'default') {
    if (wanted !== 'default' && wanted !== 'shop')
      throw new MoalogError('unknown_project', `There is no project ${wanted}.`);
    return { slug: wanted };
  },
  listenerProject: (slug) => access.ingestProject({ id: slug, scopes: new Set(), project: null }, slug),
};

function keyOf(request: FastifyRequest): string {
  const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
  return scheme === 'Basic' ? (Buffer.from(value, 'base64').toString().split(':')[1] ?? '') : value;
}
