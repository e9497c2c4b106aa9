import type { IncomingMessage } from 'node:http';
import { MoalogError } from '#errors';
import { torn } from './body.ts';

/**
 * A body piece by piece, for one that is too large for memory; while a piece is worked on, the sender waits. Throws invalid_body (torn) or request_timeout when
 * nothing comes for `timeoutMs`. What the sender goes on sending after the caller has left is read and thrown away, so that it gets to see the answer.
 */
export async function* chunksOf(raw: IncomingMessage, timeoutMs: number): AsyncGenerator<Buffer> {
  const pieces = raw.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const next = await within(pieces.next(), timeoutMs);
      if (next.done === true) break;
      yield next.value;
    }
    if (!raw.complete) throw torn();
  } catch (error) {
    throw error instanceof MoalogError ? error : torn();
  } finally {
    raw.on('error', () => {});
    raw.resume();
  }
}

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new MoalogError('request_timeout', `Nothing of the body came for ${timeoutMs / 1_000} s.`)),
    timeoutMs,
  );
  // Left behind by the race when the time is over.
  work.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
