import { EngineError } from './errors.ts';
import { type Token, tokensOf } from './lexer.ts';
import { literal } from './literal.ts';

/** A statement, as far as the HTTP interface must know it. */
export type Statement =
  /** It answers rows, in any format: `intoFile` writes them to a path, in the statement's own FORMAT or `format`. */
  | {
      readonly kind: 'result';
      readonly format: string | null;
      intoFile(path: string, format: string, compression: string | null): string;
    }
  /** It writes and brings no data of a format. */
  | { readonly kind: 'insert'; readonly sql: string }
  /** It writes rows that follow `dataStart` of the text and go on in the body. */
  | { readonly kind: 'insert-data'; readonly dataStart: number; fromFile(path: string, compression: string): string }
  | { readonly kind: 'kill'; readonly sql: string }
  | { readonly kind: 'other'; readonly sql: string; readonly format: string | null };

const RESULT_WORDS = new Set(['SELECT', 'WITH', '(', 'FROM', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS', 'CHECK']);

export function parseStatement(text: string): Statement {
  const outer: Token[] = [];
  const all: Token[] = [];
  let insertAt = -1;
  let isInsert = false;
  for (const token of tokensOf(text)) {
    all.push(token);
    if (token.depth > 0) continue;
    outer.push(token);
    const before = outer[outer.length - 2];
    const first = outer[0]?.word;
    if (!isInsert && token.word === 'INTO' && before?.word === 'INSERT' && (first === 'INSERT' || first === 'WITH')) {
      isInsert = true;
      insertAt = outer.length - 2;
    }
    if (isInsert && (token.word === 'VALUES' || before?.word === 'FORMAT')) {
      const data = insertData(text, outer, all, insertAt);
      if (data !== null) return data;
    }
  }
  return whole(text, outer, isInsert);
}

/** The statement when nothing in it is data: one statement, its last semicolon and white space cut. */
function whole(text: string, outer: readonly Token[], isInsert: boolean): Statement {
  const semicolon = outer.findIndex((token) => token.word === ';');
  if (semicolon >= 0 && outer.slice(semicolon).some((token) => token.word !== ';')) {
    throw new EngineError(
      62,
      'SYNTAX_ERROR',
      `Syntax error (Multi-statements are not allowed): failed at position ${(outer[semicolon]?.start ?? 0) + 1} (;)`,
    );
  }
  const tokens = semicolon < 0 ? outer : outer.slice(0, semicolon);
  const end = semicolon < 0 ? text.length : (outer[semicolon]?.start ?? text.length);
  const first = tokens[0]?.word;
  if (first === undefined)
    throw new EngineError(62, 'SYNTAX_ERROR', 'Syntax error: failed at position 1 (end of query): empty query');
  if (tokens.some((token, i) => token.word === 'OUTFILE' && tokens[i - 1]?.word === 'INTO')) {
    throw new EngineError(348, 'INTO_OUTFILE_NOT_ALLOWED', 'INTO OUTFILE is not allowed');
  }
  const sql = text.slice(0, end);
  if (isInsert) return { kind: 'insert', sql };
  if (first === 'KILL') return { kind: 'kill', sql: killByRequestId(text, outer, end) };
  const clause = formatClause(tokens, text);
  if (!RESULT_WORDS.has(first)) return { kind: 'other', sql, format: clause?.name ?? null };
  const head = text.slice(0, clause?.start ?? end);
  const tail = clause === null ? '' : text.slice(clause.end, end);
  return {
    kind: 'result',
    format: clause?.name ?? null,
    intoFile: (path, format, compression) =>
      `${head}\nINTO OUTFILE ${literal(path)} TRUNCATE${compression === null ? '' : ` COMPRESSION ${literal(compression)}`} FORMAT ${format}${tail}`,
  };
}

/** FORMAT with its name, where only SETTINGS follow. */
function formatClause(tokens: readonly Token[], text: string): { name: string; start: number; end: number } | null {
  for (let i = tokens.length - 2; i >= 0; i--) {
    const name = tokens[i + 1];
    if (tokens[i]?.word !== 'FORMAT' || name?.kind !== 'word') continue;
    const next = tokens[i + 2]?.word;
    if (next !== undefined && next !== 'SETTINGS') continue;
    return { name: text.slice(name.start, name.end), start: tokens[i]?.start ?? 0, end: name.end };
  }
  return null;
}

/** Looks at the newest token: does the data of an INSERT begin behind it? */
function insertData(text: string, outer: readonly Token[], all: readonly Token[], insertAt: number): Statement | null {
  const token = outer[outer.length - 1];
  if (token === undefined) return null;
  const words = outer.slice(insertAt).map((one) => one.word);
  const selects = words.includes('SELECT') || words.includes('INFILE');
  const before = outer[outer.length - 2];
  if (token.word === 'VALUES' && before?.word !== 'FORMAT' && !selects && outer.length > insertAt + 3) {
    return fromInfile(text, outer, insertAt, token.start, 'Values', token.end);
  }
  if (before?.word !== 'FORMAT' || token.kind !== 'word' || outer.length < insertAt + 4) return null;
  const format = text.slice(token.start, token.end);
  const dataStart =
    token.end + (/^[ \t]*;?[ \t]*(?:\r?\n)?/.exec(text.slice(token.end, token.end + 256))?.[0].length ?? 0);
  if (!selects) return fromInfile(text, outer, insertAt, before.start, format, dataStart);
  const call = inputCall(all);
  if (call === null) return null;
  const structure = text.slice(call.open, call.close);
  return {
    kind: 'insert-data',
    dataStart,
    fromFile: (path, compression) =>
      `${text.slice(0, call.start)}file(${literal(path)}, ${literal(format)}, ${structure}, ${literal(compression)})${text.slice(call.close + 1, before.start)}`,
  };
}

/** `INSERT INTO t (…) SETTINGS … FORMAT x` with its data in a file: FROM INFILE stands before SETTINGS. */
function fromInfile(
  text: string,
  outer: readonly Token[],
  insertAt: number,
  end: number,
  format: string,
  dataStart: number,
): Statement {
  const settings = outer.slice(insertAt + 3).find((token) => token.word === 'SETTINGS');
  const at = settings?.start ?? end;
  return {
    kind: 'insert-data',
    dataStart,
    fromFile: (path, compression) =>
      `${text.slice(0, at)} FROM INFILE ${literal(path)} COMPRESSION ${literal(compression)} ${text.slice(at, end)} FORMAT ${format}`,
  };
}

/** `input('structure')`: where it starts, and where what stands in its brackets begins and ends. */
function inputCall(tokens: readonly Token[]): { start: number; open: number; close: number } | null {
  const at = tokens.findIndex((token, i) => token.word === 'INPUT' && tokens[i + 1]?.word === '(');
  const name = tokens[at];
  const open = tokens[at + 1];
  if (name === undefined || open === undefined) return null;
  const close = tokens.slice(at + 2).find((token) => token.word === ')' && token.depth === open.depth);
  return close === undefined ? null : { start: name.start, open: open.end, close: close.start };
}

/** A request's id is kept as `log_comment`, since chDB gives statements ids of its own: KILL QUERY looks there. */
function killByRequestId(text: string, tokens: readonly Token[], end: number): string {
  let sql = '';
  let at = 0;
  for (const token of tokens) {
    const isId =
      token.word === 'QUERY_ID' ||
      (token.kind === 'quoted' && /^[`"]query_id[`"]$/i.test(text.slice(token.start, token.end)));
    if (!isId) continue;
    sql += `${text.slice(at, token.start)}Settings['log_comment']`;
    at = token.end;
  }
  return sql + text.slice(at, end);
}
