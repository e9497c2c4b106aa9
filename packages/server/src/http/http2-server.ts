import { randomUUID } from 'node:crypto';
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Session,
} from 'node:http2';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '#config';
import type { Certificates } from '#tls';
import { fastifyLog } from './server.ts';

/** Calls of one connection at once. */
const MAX_CALLS = 100;
/** What a client may send before it hears that it was read: the default of 64 KiB makes a batch wait for many round trips. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const CONNECTION_WINDOW_BYTES = 16 * 1024 * 1024;
/** A connection on which nothing happens is ended; clients open another. */
const IDLE_MS = 10 * 60_000;
/** Time for calls that run when the server stops. */
const CLOSE_MS = 3_000;

/**
 * A server of HTTP/2 alone, as gRPC needs it: with TLS, or as clients speak it when told to go without. It has no routes; what it gives differs from
 * other instances in its raw requests alone, which are HTTP/2's.
 */
export function createHttp2Server({
  config,
  certificates,
  log,
}: {
  config: Partial<Pick<Config, 'trustedProxies'>>;
  certificates?: Certificates | undefined;
  log: Logger;
}): FastifyInstance {
  const options = { settings: { initialWindowSize: STREAM_WINDOW_BYTES, maxConcurrentStreams: MAX_CALLS } };
  const server: Http2Server | Http2SecureServer =
    certificates === undefined ? createServer(options) : createSecureServer({ ...certificates, ...options });
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    session.setTimeout(IDLE_MS, () => session.close());
    session.once('close', () => sessions.delete(session));
    // A connection that breaks ends its own calls.
    session.on('error', (err) => log.debug({ event: 'connection_failed', err }, 'an HTTP/2 connection failed'));
  });
  const app: FastifyInstance = Fastify({
    // Fastify's types know HTTP/2 only when it makes the server itself.
    serverFactory: (handler) => server.on('request', handler as never) as never,
    loggerInstance: fastifyLog(log),
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.trustedProxies ?? false,
    genReqId: () => randomUUID(),
  });
  app.addHook('preClose', async () => {
    for (const session of sessions) session.close();
    setTimeout(() => {
      for (const session of sessions) session.destroy();
    }, CLOSE_MS).unref();
  });
  return app;
}
