import { Body, type Lines, linesOf } from '../intake/index.ts';

const [NEWLINE, QUOTE, BACKSLASH, COMMA] = [10, 0x22, 0x5c, 0x2c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];
const LINE_END = Buffer.from('\n');
const WRAP_START = Buffer.from('{"message":');
const WRAP_END = Buffer.from('}\n');

/**
 * Event lines of a body that may be JSON lines, a JSON array, one object over several lines, objects without newlines between them, or text. JSON is
 * cut at the top level by its brackets and strings alone, never parsed: numbers keep their digits. JSON lines and text cost a search for newlines,
 * the rest 1 to 2 ns a byte. What has no such structure is passed on line by line, so nothing is lost.
 */
export function toEventLines(body: Body): Lines {
  const { bytes } = body;
  const start = skipSpace(bytes, 0);
  const pieces =
    startsArray(bytes, start) || (startsObject(bytes, start) && !isLine(bytes, start)) ? cut(bytes, start) : null;
  return pieces === null ? linesOf(body) : join(bytes, pieces);
}

/** A part of the body that becomes one line, or (`lines`) that is split at its newlines. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly kind: 'document' | 'string' | 'lines';
}

/** Whether the object that starts here ends with its line: then the body is taken to be JSON lines. Unclosed objects count as lines too. */
export function isLine(bytes: Buffer, start: number): boolean {
  const end = endOfValue(bytes, start);
  if (end < 0) return true;
  const newline = bytes.indexOf(NEWLINE, start);
  const lineEnd = newline < 0 ? bytes.length : newline;
  return end <= lineEnd && skipSpace(bytes, end) >= lineEnd;
}

/** `[` followed by an object, a string or the end. `[2025-01-01 …]` and `[error] …` are text. */
export function startsArray(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== OPEN_BRACKET) return false;
  const next = skipSpace(bytes, at + 1);
  return bytes[next] === QUOTE || bytes[next] === CLOSE_BRACKET || startsObject(bytes, next);
}

export function startsObject(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== OPEN_BRACE) return false;
  const next = skipSpace(bytes, at + 1);
  return bytes[next] === QUOTE || bytes[next] === CLOSE_BRACE;
}

/** Pieces of a body of JSON values; null when it is better taken line by line. After the first value that is broken, the rest is lines. */
function cut(bytes: Buffer, from: number): Piece[] | null {
  const pieces: Piece[] = [];
  let at = from;
  while (at < bytes.length) {
    if (startsArray(bytes, at)) {
      const end = cutArray(bytes, at, pieces);
      if (end === null) return null;
      at = end;
    } else {
      const end = startsObject(bytes, at) ? endOfValue(bytes, at) : -1;
      const isWhole = end >= 0 && isBehindValue(bytes, end);
      pieces.push(isWhole ? { start: at, end, kind: 'document' } : { start: at, end: bytes.length, kind: 'lines' });
      at = isWhole ? end : bytes.length;
    }
    at = skipSpace(bytes, at);
  }
  return pieces;
}

/** Adds the elements of the array at `from`; gives the offset behind it, or null when what follows shows that it was text in brackets. */
function cutArray(bytes: Buffer, from: number, pieces: Piece[]): number | null {
  const before = pieces.length;
  let at = from + 1;
  for (;;) {
    at = skipSpace(bytes, at);
    if (bytes[at] === COMMA) {
      at++;
      continue;
    }
    if (bytes[at] === CLOSE_BRACKET) return isBehindValue(bytes, at + 1) ? at + 1 : null;
    const isString = bytes[at] === QUOTE;
    const end = at >= bytes.length ? -1 : endOfElement(bytes, at);
    if (end < 0) break;
    pieces.push({ start: at, end, kind: isString ? 'string' : 'document' });
    at = end;
  }
  // Broken or cut off: whole objects before it are kept as such, unless there is none to show that this is JSON at all.
  if (!pieces.slice(before).some(({ start }) => bytes[start] === OPEN_BRACE)) return null;
  if (at < bytes.length) pieces.push({ start: at, end: bytes.length, kind: 'lines' });
  return bytes.length;
}

/** Nothing, a new line, or another JSON value follows. */
export function isBehindValue(bytes: Buffer, at: number): boolean {
  const next = skipSpace(bytes, at);
  return (
    next >= bytes.length ||
    bytes.subarray(at, next).includes(NEWLINE) ||
    startsArray(bytes, next) ||
    startsObject(bytes, next)
  );
}

function endOfElement(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return endOfString(bytes, at);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfValue(bytes, at);
  return endOfScalar(bytes, at);
}

/** Offset behind the object or array at `at`; -1 when it is not closed or a string in it runs over a newline. */
export function endOfValue(bytes: Buffer, at: number): number {
  let depth = 0;
  for (let i = at; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      i = endOfString(bytes, i) - 1;
      if (i < 0) return -1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth++;
    } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
      return i + 1;
    }
  }
  return -1;
}

function endOfString(bytes: Buffer, at: number): number {
  for (let i = at + 1; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i + 1;
    if (byte === BACKSLASH) i++;
    if (byte === NEWLINE) return -1;
  }
  return -1;
}

/** A number, true, false or null; -1 for anything else. */
function endOfScalar(bytes: Buffer, at: number): number {
  let end = at;
  while (isScalarByte(bytes[end] ?? 0)) end++;
  const next = skipSpace(bytes, end);
  return end > at && (bytes[next] === COMMA || bytes[next] === CLOSE_BRACKET) ? end : -1;
}

const isScalarByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  (byte >= 0x61 && byte <= 0x7a) ||
  byte === 0x2d ||
  byte === 0x2b ||
  byte === 0x2e ||
  byte === 0x45;

export function skipSpace(bytes: Buffer, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte === 32 || byte === NEWLINE || byte === 13 || byte === 9; byte = bytes[at]) at++;
  return at;
}

function join(bytes: Buffer, pieces: readonly Piece[]): Lines {
  const parts: Buffer[] = [];
  let rows = 0;
  for (const { start, end, kind } of pieces) {
    const part = bytes.subarray(start, end);
    if (kind === 'lines') {
      const lines = linesOf(Body.of([part], part.length));
      parts.push(lines.payload);
      rows += lines.rows;
      continue;
    }
    // No string in it runs over a newline, so these stand between tokens, where a space means the same.
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) part[at] = 32;
    if (kind === 'string') parts.push(WRAP_START, part, WRAP_END);
    else parts.push(part, LINE_END);
    rows++;
  }
  return { payload: Buffer.concat(parts), rows };
}
