import type { z } from 'zod';

/** What the OpenAPI document says of a route beside its method and path. */
export interface Operation {
  readonly summary: string;
  readonly tag:
    | 'Sign-in'
    | 'Profile'
    | 'People'
    | 'Projects and keys'
    | 'Pipelines'
    | 'Reading'
    | 'Sending'
    | 'Fleet'
    | 'Server';
  readonly query?: z.ZodObject;
  /** JSON; a media type where it is something else. */
  readonly body?: z.ZodType | string;
  /** Of success: JSON, a media type, or nothing (204). */
  readonly answer?: z.ZodType | string;
  /** Of success; 200 with an answer and 204 without one. */
  readonly status?: number;
  /** Without key or sign-in. */
  readonly open?: true;
}

/** By route, as `GET /api/v1/keys`. */
export type Operations = Readonly<Record<string, Operation>>;
