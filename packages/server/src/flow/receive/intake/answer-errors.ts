import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { MoalogError } from '#errors';
import { knownError } from './known-error.ts';

/** An error in a protocol's own words. */
export interface ErrorAnswer {
  readonly status: number;
  /** Text, or an object for JSON. */
  readonly body: object | string;
}

/** Answers errors of a receiver's routes as `word` says, with Retry-After and what 401 needs; unexpected ones are logged. */
export function answerErrors(
  app: FastifyInstance,
  word: (error: MoalogError, request: FastifyRequest) => ErrorAnswer,
): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = knownError(thrown);
    const { status, body } = word(error, request);
    if (status === 500) request.log.error({ event: 'request_failed', err: thrown }, 'a request failed unexpectedly');
    if (error.retryAfterS !== undefined) reply.header('retry-after', String(error.retryAfterS));
    if (status === 401) reply.header('www-authenticate', 'Basic realm="Moalog"');
    if (typeof body === 'string') reply.type('text/plain; charset=utf-8');
    return reply.code(status).send(body);
  });
}
