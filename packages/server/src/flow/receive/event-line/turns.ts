import { setImmediate as nextTurn } from 'node:timers/promises';

/** A large body is decoded in pieces of this time, so that other requests are answered in between. */
const TURN_MS = 8;
const LOOK_EVERY = 32;

/** Runs `work` on each item in order, letting others have the thread now and then. */
export async function inTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let until = performance.now() + TURN_MS;
  let done = 0;
  for (const item of items) {
    work(item);
    if (++done % LOOK_EVERY === 0 && performance.now() > until) {
      await nextTurn();
      until = performance.now() + TURN_MS;
    }
  }
}

/** Lines of a payload as text, without their ends; empty ones are left out. */
export function* textLines(payload: Buffer): Generator<string> {
  let start = 0;
  for (let end = payload.indexOf(10); start < payload.length; end = payload.indexOf(10, start)) {
    const stop = end < 0 ? payload.length : end;
    const text = payload.toString('utf8', start, payload[stop - 1] === 13 ? stop - 1 : stop);
    if (text !== '') yield text;
    start = stop + 1;
  }
}
