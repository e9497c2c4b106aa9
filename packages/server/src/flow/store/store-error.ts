import { ClickHouseError } from '@clickhouse/client';
import { type ErrorCode, MoalogError } from '#errors';

/** What a ClickHouse error number means for a caller. Numbers: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const MEANINGS: Readonly<Record<string, readonly [code: ErrorCode, detail: string]>> = {
  '158': ['query_memory_limit', 'The query reads more rows than it may; narrow the time range or the filter.'],
  '159': ['query_time_limit', 'The query took longer than it may; narrow the time range or the filter.'],
  '160': ['query_time_limit', 'The query would take longer than it may; narrow the time range or the filter.'],
  '202': ['too_many_queries', 'Too many queries are running; try again in a moment.'],
  '241': ['query_memory_limit', 'The query needs more memory than it may use; narrow the time range or group by less.'],
  '243': ['disk_full', 'The disk of the store is full; make room or shorten the retention.'],
  '307': ['query_memory_limit', 'The query reads more bytes than it may; narrow the time range or the filter.'],
  '396': ['query_memory_limit', 'The answer is larger than it may be; narrow the time range or the filter.'],
  '427': ['invalid_query', 'A regular expression of the query cannot be understood.'],
};

/** Errors of the engine that say nothing about the statement: starting, stopping, out of connections, read-only, too many parts. */
const UNAVAILABLE_NUMBERS: ReadonlySet<string> = new Set([
  '209',
  '210',
  '236',
  '242',
  '252',
  '279',
  '319',
  '425',
  '439',
  '667',
  '735',
  '999',
]);

/** Errors of sockets: nothing answered, or the answer was cut. */
const SOCKET_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
const SOCKET_MESSAGES = /socket hang up|Timeout error|aborted|other side closed|network|EOF/i;

/**
 * The border between the store and the rest: whatever its client throws, as the MoalogError a caller sees. The foreign error
 * is kept as `cause`. Call it once, where the statement is awaited.
 */
export function storeError(error: unknown): MoalogError {
  if (error instanceof MoalogError) return error;
  const cause = { cause: error };
  if (error instanceof ClickHouseError) {
    const meaning = MEANINGS[error.code];
    if (meaning !== undefined) return new MoalogError(meaning[0], meaning[1], cause);
    if (UNAVAILABLE_NUMBERS.has(error.code)) {
      return new MoalogError(
        'engine_unavailable',
        `The store cannot take the statement now: ${firstLine(error.message)}`,
        { ...cause, retryAfterS: 2 },
      );
    }
    return new MoalogError('query_failed', `The store refused the statement: ${firstLine(error.message)}`, cause);
  }
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if ((code !== null && SOCKET_CODES.has(code)) || SOCKET_MESSAGES.test(message)) {
    return new MoalogError(
      'engine_unavailable',
      `The store does not answer: ${code ?? firstLine(message)}. It is starting or restarting; try again.`,
      { ...cause, retryAfterS: 2 },
    );
  }
  // Anything else that is not in ClickHouse's form comes from what stands before it: the supervisor's 503, a proxy's page.
  return new MoalogError('engine_unavailable', `The store's answer cannot be understood: ${firstLine(message)}`, {
    ...cause,
    retryAfterS: 2,
  });
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

const firstLine = (message: string): string => (message.split('\n')[0] ?? '').slice(0, 300);
