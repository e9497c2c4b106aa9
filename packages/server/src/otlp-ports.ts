import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '#config';
import { createHttp2Server, createHttpServer, renewCertificates } from '#http';
import { OTLP_GRPC, type ReceiverRoutes, type Sources } from '#receive';
import { type CertificateFiles, readCertificates } from '#tls';
import { StartError } from './data-directory.ts';

interface OtlpPortParts {
  readonly config: Config;
  /** The main port's, where it has some. */
  readonly certificates: CertificateFiles | null;
  readonly routes: ReceiverRoutes;
  readonly sources: Sources;
  readonly log: Logger;
}

/** Opens the ports of OTLP that the configuration names. Gives what closes them. Rejects with StartError. */
export async function openOtlpPorts({
  config,
  certificates,
  routes,
  sources,
  log,
}: OtlpPortParts): Promise<() => Promise<void>> {
  const opened: FastifyInstance[] = [];
  const close = async (): Promise<void> => void (await Promise.all(opened.map((app) => app.close())));
  const open = async (
    create: typeof createHttpServer | typeof createHttp2Server,
    plugin: ReceiverRoutes['otlpGrpc'],
    port: number,
  ): Promise<number> => {
    const files = certificates ?? undefined;
    const app = create({ config, certificates: files && (await readCertificates(files)), log });
    opened.push(app);
    if (files !== undefined) renewCertificates(app, files, log);
    await app.register(plugin);
    await app.listen({ host: config.httpHost, port });
    const listening = Number(new URL(app.listeningOrigin).port);
    log.info({ event: 'listening', listener: 'otlp', port: listening }, 'a port of OTLP takes events');
    return listening;
  };
  try {
    const { otlpGrpcPort, otlpHttpPort } = config;
    const grpc = otlpGrpcPort === undefined ? null : await open(createHttp2Server, routes.otlpGrpc, otlpGrpcPort);
    sources.announce({
      id: OTLP_GRPC,
      protocol: 'OpenTelemetry (OTLP/gRPC)',
      path: null,
      port: grpc,
      enabled: grpc !== null,
    });
    if (otlpHttpPort !== undefined) await open(createHttpServer, routes.otlpHttp, otlpHttpPort);
  } catch (cause) {
    await close();
    throw new StartError(
      `A port of OTLP cannot be opened (${cause instanceof Error ? cause.message : cause}); choose another with --otlp-grpc-port or --otlp-http-port, or stop what uses it.`,
      { cause },
    );
  }
  return close;
}
