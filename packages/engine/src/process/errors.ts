/** An error of ClickHouse's catalogue that this process raises itself. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** An HTTP status that differs from the one that ClickHouse has for the code. */
  readonly status: number | undefined;

  constructor(code: number, codeName: string, text: string, options: { status?: number; cause?: unknown } = {}) {
    super(`Code: ${code}. DB::Exception: ${text} (${codeName})`, { cause: options.cause });
    this.status = options.status;
  }
}

/** ClickHouse's HTTP status for its error codes (its exceptionCodeToHTTPStatus.cpp); 500 for all others. */
const CODES_OF_STATUS: Readonly<Record<number, readonly number[]>> = {
  400: [6, 8, 15, 25, 26, 27, 36, 38, 41, 42, 43, 44, 53, 62, 69, 72, 117, 130, 131, 167, 168, 190, 427, 441, 675, 676],
  401: [194],
  403: [192, 193, 497, 511, 516],
  404: [46, 47, 50, 56, 60, 63, 73, 78, 81, 113, 115],
  408: [159],
  411: [381],
  413: [307],
  415: [632],
  501: [48],
  503: [76, 202, 209, 439],
};
const STATUS = new Map(
  Object.entries(CODES_OF_STATUS).flatMap(([status, codes]) => codes.map((code) => [code, Number(status)] as const)),
);

export interface EngineFailure {
  readonly code: number;
  readonly status: number;
  /** ClickHouse's text: `Code: 62. DB::Exception: … (SYNTAX_ERROR) (version …)`. */
  readonly text: string;
}

/** Any error as ClickHouse would say it. */
export function toFailure(error: unknown, version: string): EngineFailure {
  const message = error instanceof Error ? error.message : String(error);
  const at = message.indexOf('Code: ');
  const said = at >= 0 ? message.slice(at).trim() : fromSystem(error, message);
  const code = Number(/^Code: (\d+)/.exec(said)?.[1] ?? 1001);
  const status = (error instanceof EngineError ? error.status : undefined) ?? STATUS.get(code) ?? 500;
  return { code, status, text: said.includes('(version ') ? said : `${said} (version ${version})` };
}

/** Errors of Node's own: a full disk while a body is kept, a body that cannot be inflated. */
function fromSystem(error: unknown, message: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `Code: 243. DB::Exception: Cannot keep the data of the INSERT: ${message} (NOT_ENOUGH_SPACE)`;
  if (/^(Z_|ZSTD_|ERR_BROTLI|ERR_ZSTD|ERR__ERROR)/.test(code))
    return `Code: 354. DB::Exception: Cannot inflate the body: ${message} (ZLIB_INFLATE_FAILED)`;
  return `Code: 1001. DB::Exception: ${message} (STD_EXCEPTION)`;
}
