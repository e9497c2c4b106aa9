import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type IngestResponse, ingestResponseSchema } from '@moalog/contract';
import { CommandError } from '../command.ts';
import { type Connection, complaintOf, unreachable } from './connect.ts';

const compress = promisify(gzip);
/** Answers that a later try may turn into a success. */
const PASSING = new Set([408, 429, 502, 503, 504, 507]);
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 15_000;
const REQUEST_TIMEOUT_MS = 120_000;

export interface IngestBatch {
  readonly body: Buffer;
  /** Options as query parameters, with batch_id, so that a second try stores nothing twice. */
  readonly parameters: URLSearchParams;
  readonly contentType: 'text/plain; charset=utf-8' | 'application/x-ndjson';
}

export interface IngestOptions {
  readonly gzip?: boolean;
  /** How long a batch is tried again before it fails. */
  readonly patienceMs?: number;
  /** Called before each pause, with what the last try met. */
  readonly onRetry?: (reason: string, pauseMs: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Sends one batch and resolves when the server has it durable. Tries again with growing pauses, or after the time the
 * server names, while the failure may pass. Throws CommandError when it will not pass, or patience ended.
 */
export async function ingest(
  connection: Connection,
  batch: IngestBatch,
  options: IngestOptions = {},
): Promise<IngestResponse> {
  const { patienceMs = 120_000, onRetry, signal } = options;
  const body = options.gzip === true ? await compress(batch.body, { level: 3 }) : batch.body;
  const startedAt = Date.now();
  for (let attempt = 0; ; attempt++) {
    const outcome = await once(connection, batch, body, options);
    if ('answer' in outcome) return outcome.answer;
    const backOffMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt) * (0.75 + Math.random() / 2);
    const pauseMs = outcome.retryAfterMs ?? backOffMs;
    if (!outcome.passing || Date.now() - startedAt + pauseMs > patienceMs) throw outcome.error;
    onRetry?.(outcome.error.message, pauseMs);
    await sleep(pauseMs, undefined, signal && { signal });
  }
}

type Outcome =
  | { readonly answer: IngestResponse }
  | { readonly error: CommandError; readonly passing: boolean; readonly retryAfterMs?: number };

async function once(
  connection: Connection,
  batch: IngestBatch,
  body: Buffer,
  { gzip: gzipped, signal }: IngestOptions,
): Promise<Outcome> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    const response = await fetch(`${connection.url}/api/v1/ingest?${batch.parameters}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${connection.key}`,
        'content-type': batch.contentType,
        ...(gzipped === true && { 'content-encoding': 'gzip' }),
      },
      body: new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.length), // Buffers of ours are never on shared memory
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    if (response.ok) return { answer: ingestResponseSchema.parse(await response.json()) };
    const passing = PASSING.has(response.status);
    const wanted = Number(response.headers.get('retry-after') ?? Number.NaN);
    const error = new CommandError(await complaintOf(response, connection));
    return { error, passing, ...(Number.isFinite(wanted) && { retryAfterMs: wanted * 1_000 }) };
  } catch (error) {
    if (signal?.aborted === true) throw error;
    return { error: unreachable(connection.url, error), passing: true };
  }
}
