import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { ERRORS, type ErrorCode, MoalogError, problemOf } from '#errors';

/** Turns whatever a handler threw into the error that the caller sees. Unknown errors are logged whole and answered without detail. */
export function toMoalogError(error: unknown): MoalogError {
  if (error instanceof MoalogError) return error;
  if (error instanceof ZodError) return fromZod(error);
  const fastify = error as Partial<FastifyError>; // Fastify's own errors carry statusCode and code
  if (fastify.statusCode === 413)
    return new MoalogError('body_too_large', 'The body is larger than this call takes.', { cause: error });
  if (fastify.statusCode === 415)
    return new MoalogError('unsupported_encoding', 'Send application/json here.', { cause: error });
  if (fastify.statusCode === 400)
    return new MoalogError('invalid_request', fastify.message ?? 'The request cannot be read.', { cause: error });
  return new MoalogError('internal', 'An unexpected error was logged under the request id of this answer.', {
    cause: error,
  });
}

function fromZod(error: ZodError): MoalogError {
  const places = error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  const said = places.map((place) => (place.path === '' ? place.message : `${place.path}: ${place.message}`));
  return new MoalogError('invalid_request', said.join('; '), { places, cause: error });
}

/** Answers every error of the instance as problem+json, with Retry-After and WWW-Authenticate where they belong. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = toMoalogError(thrown);
    if (error.code === 'internal')
      request.log.error({ event: 'request_failed', err: thrown }, 'a request failed unexpectedly');
    return sendProblem(reply, request, error);
  });
}

export function sendProblem(reply: FastifyReply, request: FastifyRequest, error: MoalogError): FastifyReply {
  if (error.retryAfterS !== undefined) reply.header('retry-after', String(error.retryAfterS));
  if (error.status === 401)
    reply.header('www-authenticate', 'Bearer realm="moalog", ApiKey realm="moalog", Basic realm="moalog"');
  return reply.code(error.status).type('application/problem+json').send(problemOf(error, request.id));
}

/** Status text for raw sockets that never became a request (malformed HTTP). */
export const rawAnswer = (status: number, code: ErrorCode): string => {
  const body = JSON.stringify({ code, status, title: ERRORS[code].title });
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
};
