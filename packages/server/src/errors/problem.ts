import type { Problem } from '@moalog/contract';
import { ERRORS } from './catalogue.ts';
import type { MoalogError } from './moalog-error.ts';

/** The error as its caller sees it (RFC 9457). */
export function problemOf(error: MoalogError, requestId: string): Problem {
  return {
    type: `https://moalog.dev/errors/${error.code}`,
    code: error.code,
    title: ERRORS[error.code].title,
    status: error.status,
    detail: error.message,
    ...(error.places.length > 0 ? { errors: error.places.map((place) => ({ ...place })) } : {}),
    requestId,
  };
}
