import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { MoalogError } from '#errors';
import { type Body, headerValue, type Intake, knownError } from '../intake/index.ts';
import { exportAnswer, grpcCode, grpcStatusDetails } from './answer.ts';
import { decodeSignal, headerFor, SIGNALS, type Signal } from './signals.ts';

/** Label of metrics, and the `source` of events. */
export const OTLP_GRPC = 'otlp-grpc';
/** A message is preceded by a byte that says whether it is compressed, and its length. */
const PREFIX_BYTES = 5;
const HEADERS = {
  'content-type': 'application/grpc',
  'grpc-accept-encoding': 'identity,gzip,deflate,zstd',
};
const UNIMPLEMENTED = '12';

/**
 * Routes of OTLP over gRPC, for an instance that speaks HTTP/2. Its calls have one message each way, so gRPC is a few bytes before each message and
 * trailers behind (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): less than a library would be.
 */
export function otlpGrpcRoutes(intake: Intake) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const signal of SIGNALS)
      app.post(signal.method, async (request, reply) => {
        reply.hijack();
        await answerCall(intake, signal, request, reply);
      });
    app.setNotFoundHandler((_request, reply) => {
      reply.hijack();
      const status = {
        'grpc-status': UNIMPLEMENTED,
        'grpc-message': 'Moalog takes OTLP logs traces and metrics here.',
      };
      reply.raw.writeHead(200, { ...HEADERS, ...status }).end();
    });
  };
}

async function answerCall(intake: Intake, signal: Signal, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { raw } = reply;
  try {
    const message = await takeCall(intake, signal, request, reply);
    if ((await intake.debugAnswer(request, { status: 200, payload: '' })) !== null)
      throw new MoalogError('invalid_request', 'Debugging works over HTTP alone; nothing of this call was stored.');
    if (raw.destroyed) return;
    raw.writeHead(200, HEADERS);
    raw.addTrailers({ 'grpc-status': '0' });
    raw.end(withPrefix(message));
  } catch (thrown) {
    const error = knownError(thrown);
    if (error.code === 'internal')
      request.log.error({ event: 'request_failed', err: thrown }, 'a call failed unexpectedly');
    if (raw.destroyed || raw.headersSent) return;
    raw.writeHead(200, { ...HEADERS, ...statusHeaders(error) }).end();
  }
}

function takeCall(intake: Intake, signal: Signal, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
  return intake.receive(
    request,
    reply,
    OTLP_GRPC,
    async ({ body, header, store }) => {
      const out = await decodeSignal(signal, body.bytes);
      await store(out.lines(), headerFor(signal, header));
      out.release();
      return exportAnswer('protobuf', signal.rejectedName, out.cutRows);
    },
    { body: 'binary', unwrap: (body) => unwrap(body, headerValue(request, 'grpc-encoding')) },
  );
}

function unwrap(body: Body, encoding: string | undefined): { body: Body; coding: string | undefined } {
  const { bytes } = body;
  if (bytes.length < PREFIX_BYTES || bytes.readUInt32BE(1) !== bytes.length - PREFIX_BYTES)
    throw new MoalogError('invalid_body', 'The call does not hold exactly one whole message; nothing was accepted.');
  return { body: body.from(PREFIX_BYTES), coding: bytes[0] === 0 ? undefined : encoding };
}

function withPrefix(message: Buffer): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Code and message for people, and google.rpc.Status for programs. The message is percent-encoded. */
const statusHeaders = (error: MoalogError): Record<string, string> => ({
  'grpc-status': String(grpcCode(error)),
  'grpc-message': encodeURIComponent(error.message.toWellFormed()).replaceAll('%20', ' '),
  'grpc-status-details-bin': grpcStatusDetails(error).toString('base64').replace(/=+$/, ''),
});
