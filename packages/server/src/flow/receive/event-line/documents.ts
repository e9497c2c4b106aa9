import { Body, linesOf } from '../intake/index.ts';
import { endOfValue, isBehindValue, isLine, skipSpace, startsArray, startsObject, toEventLines } from './split-json.ts';
import { textLines } from './turns.ts';

const [COMMA, CLOSE_BRACKET] = [0x2c, 0x5d];

/**
 * Texts of a body that may be JSON lines, objects behind each other, an array of objects, or text lines: what `toEventLines` makes of it, but one by one, so that
 * `inTurns` can let others in between and no second copy of a large body is made.
 */
export function* documentTexts(body: Body): Generator<string> {
  const { bytes } = body;
  let at = skipSpace(bytes, 0);
  if (startsObject(bytes, at) && isLine(bytes, at)) {
    yield* textLines(linesOf(body).payload);
    return;
  }
  while (at < bytes.length) {
    const end = startsObjects(bytes, at) ? yield* elements(bytes, at) : yield* document(bytes, at);
    if (end < 0) {
      yield* rest(bytes, at);
      return;
    }
    at = skipSpace(bytes, end);
  }
}

/** The object at `at`; the offset behind it, or -1 when none is there that is whole. */
function* document(bytes: Buffer, at: number): Generator<string, number> {
  const end = startsObject(bytes, at) ? endOfValue(bytes, at) : -1;
  if (end < 0 || !isBehindValue(bytes, end)) return -1;
  yield textOf(bytes, at, end);
  return end;
}

/** The objects of the array at `from`; the offset behind it. What is broken or no object in it is kept line by line. */
function* elements(bytes: Buffer, from: number): Generator<string, number> {
  let at = from + 1;
  for (;;) {
    at = skipSpace(bytes, at);
    if (bytes[at] === COMMA) {
      at++;
      continue;
    }
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    const end = startsObject(bytes, at) ? endOfValue(bytes, at) : -1;
    if (end < 0) {
      yield* rest(bytes, at);
      return bytes.length;
    }
    yield textOf(bytes, at, end);
    at = end;
  }
}

/** An array whose first element is an object: other brackets may be text, which only the end of them tells. */
const startsObjects = (bytes: Buffer, at: number): boolean =>
  startsArray(bytes, at) && startsObject(bytes, skipSpace(bytes, at + 1));

function* rest(bytes: Buffer, at: number): Generator<string> {
  if (at >= bytes.length) return;
  const part = bytes.subarray(at);
  yield* textLines(toEventLines(Body.of([part], part.length)).payload);
}

/** Newlines in it stand between tokens, where a space means the same. */
function textOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\n') ? text.replaceAll('\n', ' ') : text;
}
