import type { FastifyRequest } from 'fastify';
import { type ErrorCode, MoalogError } from '#errors';

/** Splunk's codes and texts, which senders read ("HTTP status codes and messages" of its HEC pages). */
interface HecAnswer {
  readonly status: number;
  readonly body: { readonly text: string; readonly code: number };
}

export const HEALTHY: HecAnswer = { status: 200, body: { text: 'HEC is healthy', code: 17 } };
export const QUEUES_FULL: HecAnswer = { status: 503, body: { text: 'HEC is unhealthy, queues are full', code: 18 } };

const BUSY: HecAnswer = { status: 503, body: { text: 'Server is busy', code: 9 } };
const INVALID_FORMAT: HecAnswer = { status: 400, body: { text: 'Invalid data format', code: 6 } };
const NO_DATA: HecAnswer = { status: 400, body: { text: 'No data', code: 5 } };
const INVALID_TOKEN: HecAnswer = { status: 403, body: { text: 'Invalid token', code: 4 } };

const ANSWERS: Partial<Record<ErrorCode, HecAnswer>> = {
  unauthenticated: { status: 401, body: { text: 'Token is required', code: 2 } },
  forbidden: INVALID_TOKEN,
  unknown_project: { status: 404, body: { text: 'Incorrect index', code: 7 } },
  back_pressure: BUSY,
  project_limit: BUSY,
  disk_full: BUSY,
  shutting_down: { status: 503, body: { text: 'Server is shutting down', code: 23 } },
  body_too_large: { status: 413, body: { text: 'Request entity too large', code: 27 } },
  unsupported_encoding: { ...INVALID_FORMAT, status: 415 },
  request_timeout: { ...INVALID_FORMAT, status: 408 },
  internal: { status: 500, body: { text: 'Internal server error', code: 8 } },
};

/** A request without a single event. */
export class NoData extends MoalogError {
  constructor() {
    super('invalid_body', 'The body holds no event.');
  }
}

/** An error in Splunk's shape; `detail` says what Splunk's text does not. */
export function hecError(error: MoalogError, request: FastifyRequest): { status: number; body: object } {
  const wrongToken = error.code === 'unauthenticated' && request.headers.authorization !== undefined;
  const { status, body } =
    error instanceof NoData ? NO_DATA : wrongToken ? INVALID_TOKEN : (ANSWERS[error.code] ?? INVALID_FORMAT);
  return { status, body: { ...body, detail: error.message } };
}
