import type { IncomingMessage } from 'node:http';
import { MoalogError } from '#errors';
import type { BodyBudget } from './body-budget.ts';
import { giveBack } from './give-back.ts';

const NEWLINE = 10;
/** Up to this declared length a body is read into one buffer; above, what never comes would reserve too much. */
const MAX_RESERVED_BYTES = 8 * 1024 * 1024;

/** A body in memory with one byte of room behind it, so that a missing last newline costs no copy. */
export class Body {
  readonly #withRoom: Buffer;

  private constructor(withRoom: Buffer) {
    this.#withRoom = withRoom;
    withRoom[withRoom.length - 1] = NEWLINE;
  }

  /** `withRoom` is given away; its last byte is overwritten. */
  static owning(withRoom: Buffer): Body {
    return new Body(withRoom);
  }

  static of(chunks: readonly Buffer[], bytes: number): Body {
    const withRoom = Buffer.allocUnsafeSlow(bytes + 1);
    let at = 0;
    for (const chunk of chunks) at += chunk.copy(withRoom, at);
    return new Body(withRoom);
  }

  /** The bytes that came. */
  get bytes(): Buffer {
    return this.#withRoom.subarray(0, -1);
  }

  /** The bytes that came, with a newline at the end when they have none. */
  get terminated(): Buffer {
    const { length } = this.#withRoom;
    return length < 2 || this.#withRoom[length - 2] === NEWLINE ? this.bytes : this.#withRoom;
  }

  /** The same body without its first bytes. */
  from(start: number): Body {
    return new Body(this.#withRoom.subarray(start));
  }

  /** Gives the memory back at once; every view of it is empty from then on. No thread may still be reading the bytes. */
  release(): void {
    giveBack(this.#withRoom);
  }
}

export interface BodyLimits {
  readonly maxBytes: number;
  /** Time in which the body must have arrived whole. */
  readonly timeoutMs: number;
  readonly budget: BodyBudget;
}

/**
 * Reads a request's body as it came. Rejects with body_too_large, request_timeout, back_pressure or invalid_body (torn); what
 * the sender goes on sending then is read and thrown away, so that it gets to see the answer.
 */
export function readBody(raw: IncomingMessage, { maxBytes, timeoutMs, budget }: BodyLimits): Promise<Body> {
  const { promise, resolve, reject } = Promise.withResolvers<Body>();
  // allocUnsafeSlow maps the memory and touches none of it before bytes come.
  const declared = Number(raw.headers['content-length'] ?? Number.NaN);
  const whole = declared <= Math.min(maxBytes, MAX_RESERVED_BYTES) ? Buffer.allocUnsafeSlow(declared + 1) : null;
  const chunks: Buffer[] = [];
  let bytes = 0;

  const end = (): void => {
    clearTimeout(timer);
    raw.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
  };
  const fail = (error: unknown): void => {
    end();
    raw.on('error', () => {});
    raw.resume();
    reject(error);
  };
  const onData = (chunk: Buffer): void => {
    try {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      budget.take(chunk.length);
      if (whole === null) chunks.push(chunk);
      else {
        chunk.copy(whole, bytes - chunk.length);
        giveBack(chunk);
      }
    } catch (error) {
      fail(error);
    }
  };
  const onEnd = (): void => {
    end();
    resolve(whole === null ? Body.of(chunks, bytes) : Body.owning(whole));
  };
  const onClose = (): void => fail(torn());
  const timer = setTimeout(
    () => fail(new MoalogError('request_timeout', `The body did not arrive within ${timeoutMs / 1_000} s.`)),
    timeoutMs,
  );

  if (declared > maxBytes) fail(tooLarge(maxBytes));
  else if (raw.destroyed && !raw.readableEnded) fail(torn());
  else raw.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  return promise;
}

export const torn = () =>
  new MoalogError(
    'invalid_body',
    'The connection ended before the whole body had arrived; nothing of it was accepted.',
  );

export const tooLarge = (maxBytes: number) =>
  new MoalogError(
    'body_too_large',
    `A body may have ${maxBytes} bytes after inflation. Send smaller batches, or raise maxBodyBytes.`,
  );
