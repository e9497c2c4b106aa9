import { ERRORS, type ErrorCode } from './catalogue.ts';

/** A place in the input that is wrong. `from` and `to` are character offsets in a query. */
export interface ErrorPlace {
  readonly path: string;
  readonly message: string;
  readonly from?: number;
  readonly to?: number;
  /** Words of the message that differ from case to case, for translation. */
  readonly values?: Readonly<Record<string, string>>;
  /** What would be right there. */
  readonly suggestion?: string;
}

/**
 * The error that any part throws for a caller to see. `detail` says what happened, to what, and what to do; it never
 * holds a secret. `retryAfterS` becomes the Retry-After header.
 */
export class MoalogError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly places: readonly ErrorPlace[];
  readonly retryAfterS: number | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    more: { cause?: unknown; places?: readonly ErrorPlace[]; retryAfterS?: number } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'MoalogError';
    this.code = code;
    this.status = ERRORS[code].status;
    this.places = more.places ?? [];
    this.retryAfterS = more.retryAfterS;
  }
}
