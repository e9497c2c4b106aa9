import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '#config';
import type { Certificates } from '#tls';
import { answerProblems, rawAnswer } from './problem.ts';
import { addSecurityHeaders } from './security-headers.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, as `GET /api/v1/keys`. */
    readonly routes: readonly string[];
  }
}

/** A TLS client that stalls holds no place for longer. */
const HANDSHAKE_MS = 10_000;

/** JSON bodies of API calls (not ingestion, which has its own limit and reads streams). */
const MAX_API_BODY_BYTES = 1024 * 1024;

/**
 * The one HTTP server. It has no routes: each part brings its own as a Fastify plugin. `requestTimeoutMs` ends requests that do not
 * arrive whole; a client that stalls never holds a place for longer.
 */
export function createHttpServer({
  config,
  certificates,
  log,
}: {
  config: Pick<Config, 'requestTimeoutMs'> & Partial<Pick<Config, 'trustedProxies'>>;
  /** For HTTPS; plain HTTP without. */
  certificates?: Certificates | undefined;
  log: Logger;
}): FastifyInstance {
  const app: FastifyInstance = Fastify({
    ...(certificates !== undefined && { https: { ...certificates, handshakeTimeout: HANDSHAKE_MS } }),
    loggerInstance: fastifyLog(log),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_API_BODY_BYTES,
    requestTimeout: config.requestTimeoutMs,
    trustProxy: config.trustedProxies ?? false,
    // Longer than the idle time of common load balancers and agents, so that the client is the one that closes.
    keepAliveTimeout: 75_000,
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_024 },
    forceCloseConnections: 'idle',
    clientErrorHandler(error, socket) {
      if (!socket.writable) return;
      const timedOut = (error as NodeJS.ErrnoException).code === 'ERR_HTTP_REQUEST_TIMEOUT';
      socket.end(timedOut ? rawAnswer(408, 'request_timeout') : rawAnswer(400, 'invalid_request'));
    },
  });
  addSecurityHeaders(app);
  answerProblems(app);
  endUnusedConnections(app);
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
  });
  app.decorate('routes', routes);
  return app;
}

/** Pino's Logger has all that Fastify asks of one; its type differs in a bivariant corner. */
export const fastifyLog = (log: Logger): FastifyBaseLogger => log as FastifyBaseLogger;

/** Browsers open connections ahead of need. One that never carried a request is not idle for Node, and would hold up the end of the server. */
function endUnusedConnections(app: FastifyInstance): void {
  // By the client's address: with TLS the socket of a request is another than that of its connection.
  const unused = new Map<string, Socket>();
  const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
  app.server.on('connection', (socket) => {
    const name = nameOf(socket);
    unused.set(name, socket);
    socket.once('close', () => unused.delete(name));
  });
  app.server.on('request', ({ socket }) => unused.delete(nameOf(socket)));
  app.addHook('preClose', async () => {
    for (const socket of unused.values()) socket.destroy();
  });
}
