import type { FastifyError } from 'fastify';
import { MoalogError } from '#errors';

/** What an error handler was given, as an error of the catalogue: receivers answer it in their protocol's words. */
export function knownError(thrown: unknown): MoalogError {
  if (thrown instanceof MoalogError) return thrown;
  // JSON.parse reads any depth, JSON.stringify does not ("Maximum call stack size exceeded").
  if (thrown instanceof RangeError)
    return new MoalogError('invalid_body', 'The body is nested too deeply.', { cause: thrown });
  const { statusCode, message } = thrown as Partial<FastifyError>; // Fastify passes only errors
  if (statusCode === 415)
    return new MoalogError('unsupported_encoding', 'The content type is not one.', { cause: thrown });
  return statusCode !== undefined && statusCode < 500
    ? new MoalogError('invalid_request', message ?? 'The request cannot be read.', { cause: thrown })
    : new MoalogError('internal', 'An unexpected error was logged.', { cause: thrown });
}
