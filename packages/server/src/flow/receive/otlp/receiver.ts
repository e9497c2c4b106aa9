import type { FastifyReply, FastifyRequest } from 'fastify';
import { MoalogError } from '#errors';
import { parseExactly } from '../event-line/index.ts';
import { type Intake, knownError } from '../intake/index.ts';
import { fromJson } from '../protobuf/from-json.ts';
import type { HttpReceiver } from '../receiver.ts';
import {
  type Encoding,
  encodingOf,
  exportAnswer,
  httpStatus,
  MEDIA_TYPES,
  statusAnswer,
  unsupported,
} from './answer.ts';
import { decodeSignal, headerFor, SIGNALS, type Signal } from './signals.ts';

/** OTLP over HTTP, protobuf and JSON: https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export const otlp: HttpReceiver = {
  name: 'otlp',
  protocol: 'OpenTelemetry (OTLP/HTTP)',
  path: '/v1/logs',
  routes: (intake) => async (app) => {
    app.setErrorHandler((thrown, request, reply) => {
      const error = knownError(thrown);
      if (error.code === 'internal')
        request.log.error({ event: 'request_failed', err: thrown }, 'a request failed unexpectedly');
      if (error.retryAfterS !== undefined) reply.header('retry-after', String(error.retryAfterS));
      if (error.status === 401) reply.header('www-authenticate', 'Bearer realm="moalog", Basic realm="moalog"');
      const encoding = encodingOf(request.headers['content-type']) ?? 'json';
      return send(reply.code(httpStatus(error)), encoding, statusAnswer(encoding, error));
    });
    for (const signal of SIGNALS)
      for (const prefix of ['', '/otlp'])
        app.post(prefix + signal.path, (request, reply) => take(intake, signal, request, reply));
  },
};

async function take(
  intake: Intake,
  signal: Signal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const encoding = encodingOf(request.headers['content-type']);
  const answer = await intake.receive(
    request,
    reply,
    otlp.name,
    async (arrival) => {
      if (encoding === null) throw unsupported(request.headers['content-type']);
      const { bytes } = arrival.body;
      const out = await decodeSignal(signal, encoding === 'json' ? fromJson(readJson(bytes), signal.request) : bytes);
      await arrival.store(out.lines(), headerFor(signal, arrival.header));
      out.release();
      return { encoding, body: exportAnswer(encoding, signal.rejectedName, out.cutRows) };
    },
    { body: encoding === 'json' ? 'text' : 'binary' },
  );
  return send(reply, answer.encoding, answer.body);
}

/** Whole numbers of so many digits are texts in OTLP, so that no reader rounds them. Where one is not, every number is read with care, which takes long. */
const LONG_NUMBER = /[:[,]\s*-?\d{16}/;

function readJson(bytes: Buffer): unknown {
  const text = bytes.toString();
  try {
    return LONG_NUMBER.test(text) ? parseExactly(text) : JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new MoalogError('invalid_body', `The body is not JSON (${why}); nothing of it was accepted.`, {
      cause: error,
    });
  }
}

function send(reply: FastifyReply, encoding: Encoding, body: Buffer): FastifyReply {
  return reply.header('content-type', MEDIA_TYPES[encoding]).send(body);
}
