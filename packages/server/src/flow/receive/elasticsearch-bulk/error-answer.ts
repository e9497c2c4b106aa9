import type { FastifyError } from 'fastify';
import { type ErrorCode, MoalogError } from '#errors';

/** Elasticsearch's names for what went wrong; clients and agents decide by status, people read these. */
const TYPES: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'security_exception',
  forbidden: 'security_exception',
  back_pressure: 'es_rejected_execution_exception',
  disk_full: 'cluster_block_exception',
  shutting_down: 'node_closed_exception',
  engine_unavailable: 'cluster_block_exception',
  invalid_body: 'parse_exception',
  body_too_large: 'content_too_long_exception',
  unsupported_encoding: 'media_type_header_exception',
  request_timeout: 'timeout_exception',
  internal: 'exception',
};

export const typeOf = (code: ErrorCode): string => TYPES[code] ?? 'illegal_argument_exception';

export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: {
    readonly error: { readonly root_cause: readonly object[]; readonly type: string; readonly reason: string };
    readonly status: number;
  };
}

/** An error in Elasticsearch's shape. A full disk is 503: official clients send again on that, and not on 507. */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  const error = thrown instanceof MoalogError ? thrown : fromFastify(thrown as Partial<FastifyError>); // Fastify passes only errors
  const status = error.status === 507 ? 503 : error.status;
  const type = typeOf(error.code);
  const reason = error.message;
  return {
    status,
    headers: {
      ...(error.retryAfterS !== undefined && { 'retry-after': String(error.retryAfterS) }),
      ...(status === 401 && {
        'www-authenticate': 'Basic realm="security", charset="UTF-8", Bearer realm="security", ApiKey',
      }),
    },
    body: { error: { root_cause: [{ type, reason }], type, reason }, status },
  };
}

function fromFastify(error: Partial<FastifyError>): MoalogError {
  if (error.statusCode === 415)
    return new MoalogError('unsupported_encoding', 'The content type is not one. Send application/x-ndjson.', {
      cause: error,
    });
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new MoalogError('invalid_request', error.message ?? 'The request cannot be read.', { cause: error });
  return new MoalogError('internal', 'An unexpected error was logged.', { cause: error });
}
