const [NUL, LF, SPACE, ZERO, NINE, LESS] = [0, 10, 0x20, 0x30, 0x39, 0x3c];
/** Digits of a count: more belong to a text. */
const MAX_COUNT_DIGITS = 10;
const NOTHING = Buffer.alloc(0);

/** A message, as it was framed. */
type OnMessage = (message: Buffer, isCut: boolean) => void;

/**
 * Finds messages in a stream by RFC 6587: `LENGTH SP <PRI…` (octet counting), else up to a newline or NUL. Senders may mix both. A message over the limit
 * is given cut, and what is left of it is skipped.
 */
export class SyslogFraming {
  readonly #maxBytes: number;
  /** The beginning of a message whose rest has not come. */
  #rest: Buffer = NOTHING;
  /** Bytes of a message over the limit that are still to come: a number of them, or all up to a newline. */
  #skip: number | 'line' = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Gives every message that is whole with this chunk. Messages are views of the chunk: what is kept is copied. */
  push(chunk: Buffer, onMessage: OnMessage): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = NOTHING;
    let at = this.#skipped(bytes);
    while (at < bytes.length) {
      const next = this.#next(bytes, at, onMessage);
      if (next === null) {
        this.#rest = Buffer.from(bytes.subarray(at));
        return;
      }
      at = next;
    }
  }

  /** The stream is at its end: what came without its newline is a message too. */
  end(onMessage: OnMessage): void {
    const rest = this.#rest;
    this.#rest = NOTHING;
    const frame = octetCount(rest, 0);
    const start = frame === null || frame === 'more' ? 0 : frame.start;
    if (rest.length > start) onMessage(rest.subarray(start), false);
  }

  #skipped(bytes: Buffer): number {
    if (this.#skip === 'line') {
      const end = lineEnd(bytes, 0);
      if (end < 0) return bytes.length;
      this.#skip = 0;
      return end + 1;
    }
    const skipped = Math.min(this.#skip, bytes.length);
    this.#skip -= skipped;
    return skipped;
  }

  /** Offset behind the message at `at`, or null when it is not whole. */
  #next(bytes: Buffer, at: number, onMessage: OnMessage): number | null {
    const first = bytes[at];
    // Newlines behind counted messages, and empty lines.
    if (first === LF || first === NUL) return at + 1;
    const frame = octetCount(bytes, at);
    if (frame === 'more') return null;
    if (frame !== null) return this.#counted(bytes, frame, onMessage);
    const end = lineEnd(bytes, at);
    const length = (end < 0 ? bytes.length : end) - at;
    if (length > this.#maxBytes) {
      onMessage(bytes.subarray(at, at + this.#maxBytes), true);
      if (end < 0) this.#skip = 'line';
      return end < 0 ? bytes.length : end + 1;
    }
    if (end < 0) return null;
    onMessage(bytes.subarray(at, end), false);
    return end + 1;
  }

  #counted(bytes: Buffer, { start, length }: { start: number; length: number }, onMessage: OnMessage): number | null {
    const come = bytes.length - start;
    if (length > this.#maxBytes) {
      if (come < this.#maxBytes) return null;
      onMessage(bytes.subarray(start, start + this.#maxBytes), true);
      this.#skip = Math.max(0, length - come);
      return Math.min(start + length, bytes.length);
    }
    if (come < length) return null;
    onMessage(bytes.subarray(start, start + length), false);
    return start + length;
  }
}

/** A count in front of a priority; `more` when what came so far may become one; null when it is none. */
function octetCount(bytes: Buffer, at: number): { start: number; length: number } | 'more' | null {
  const first = bytes[at] ?? 0;
  if (first <= ZERO || first > NINE) return null;
  let length = 0;
  for (let index = at; index <= at + MAX_COUNT_DIGITS; index++) {
    const byte = bytes[index];
    if (byte === undefined) return 'more';
    if (byte >= ZERO && byte <= NINE) {
      length = length * 10 + byte - ZERO;
      continue;
    }
    if (byte !== SPACE) return null;
    const next = bytes[index + 1];
    // Every counted message begins with its priority: a line that begins with a number is none.
    return next === undefined ? 'more' : next === LESS ? { start: index + 1, length } : null;
  }
  return null;
}

function lineEnd(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(LF, from);
  const nul = bytes.subarray(from, newline < 0 ? bytes.length : newline).indexOf(NUL);
  return nul < 0 ? newline : from + nul;
}
