/** ClickHouse's HTTP status for its error codes (its exceptionCodeToHTTPStatus); 500 for all others. */
const STATUS: Readonly<Record<number, number>> = {
  ...Object.fromEntries([6, 26, 27, 36, 38, 41, 42, 43, 44, 46, 47, 53, 57, 62, 69, 70, 72, 73, 76, 115, 117, 130, 131, 179, 184, 190, 215, 349, 386, 427, 456, 457].map((code) => [code, 400])),
  60: 404,
  81: 404,
  159: 408,
  160: 408,
  164: 403,
  193: 403,
  194: 401,
  202: 503,
  241: 507,
  497: 403,
  516: 403,
};

export interface EngineFailure {
  readonly code: number;
  readonly status: number;
  /** ClickHouse's text: `Code: 62. DB::Exception: … (SYNTAX_ERROR)`. */
  readonly text: string;
}

export function toFailure(error: unknown, version: string): EngineFailure {
  const message = error instanceof Error ? error.message : String(error);
  const at = message.indexOf('Code: ');
  const said = at < 0 ? `Code: 1001. DB::Exception: ${message} (STD_EXCEPTION)` : message.slice(at).trim();
  const code = Number(/^Code: (\d+)/.exec(said)?.[1] ?? 1001);
  return { code, status: STATUS[code] ?? 500, text: `${said} (version ${version})` };
}
