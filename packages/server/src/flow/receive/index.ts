import type { FastifyInstance } from 'fastify';
import { awsFirehose } from './aws-firehose/receiver.ts';
import { azureMonitor } from './azure-monitor/receiver.ts';
import { cloudflareLogpush } from './cloudflare-logpush/receiver.ts';
import { datadog } from './datadog/receiver.ts';
import { elasticsearchBulk } from './elasticsearch-bulk/receiver.ts';
import { gcpPubsub } from './gcp-pubsub/receiver.ts';
import { gelfHttp } from './gelf-http/receiver.ts';
import { herokuLogplex } from './heroku-logplex/receiver.ts';
import { createIntake, type Intake, type IntakeParts } from './intake/index.ts';
import { journald } from './journald/receiver.ts';
import { jsonLines } from './json-lines/receiver.ts';
import { lokiPush } from './loki-push/receiver.ts';
import { otlpGrpcRoutes } from './otlp/grpc.ts';
import { otlp } from './otlp/receiver.ts';
import { prometheus } from './prometheus/receiver.ts';
import type { HttpReceiver, ReceiverConfig } from './receiver.ts';
import { sourceRoutes } from './sources/index.ts';
import { splunkHec } from './splunk-hec/receiver.ts';
import { vercelDrain } from './vercel-drain/receiver.ts';

export { ListenError, Listeners } from './listeners/index.ts';
export { OTLP_GRPC } from './otlp/grpc.ts';
export { type SourcePlace, Sources } from './sources/index.ts';

/** Every HTTP receiver there is. */
const RECEIVERS: readonly HttpReceiver[] = [
  jsonLines,
  elasticsearchBulk,
  splunkHec,
  lokiPush,
  datadog,
  awsFirehose,
  gcpPubsub,
  azureMonitor,
  otlp,
  herokuLogplex,
  vercelDrain,
  cloudflareLogpush,
  gelfHttp,
  journald,
  prometheus,
];

/** Plugins with the routes of receivers, for the ports that they listen on. */
export interface ReceiverRoutes {
  /** All HTTP receivers, and what is known about them. */
  readonly http: (app: FastifyInstance) => Promise<void>;
  /** OTLP alone, for ports of its own: over HTTP, and over gRPC for an instance that speaks HTTP/2. */
  readonly otlpHttp: (app: FastifyInstance) => Promise<void>;
  readonly otlpGrpc: (app: FastifyInstance) => Promise<void>;
}

type ReceiverParts = IntakeParts & { readonly config: ReceiverConfig };

export function receiverRoutes(parts: ReceiverParts): ReceiverRoutes {
  const intake = createIntake(parts);
  for (const { name, protocol, path } of RECEIVERS)
    parts.sources.announce({ id: name, protocol, path, port: null, enabled: true });
  return {
    http: async (app) => {
      await app.register(sourceRoutes(parts));
      for (const receiver of RECEIVERS) await register(app, receiver, intake, parts.config);
    },
    otlpHttp: (app) => register(app, otlp, intake, parts.config),
    otlpGrpc: otlpGrpcRoutes(intake),
  };
}

/** In a scope of its own. Bodies are read by the intake as they come: Fastify would buffer and parse them. */
async function register(
  app: FastifyInstance,
  receiver: HttpReceiver,
  intake: Intake,
  config: ReceiverConfig,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.addHook('onSend', async (request, reply, payload) => {
      const preview = await intake.debugAnswer(request, { status: reply.statusCode, payload });
      if (preview === null) return payload;
      reply.code(200).header('content-type', 'application/json; charset=utf-8').removeHeader('content-length');
      return JSON.stringify(preview, null, 2);
    });
    await scope.register(receiver.routes(intake, config));
  });
}
