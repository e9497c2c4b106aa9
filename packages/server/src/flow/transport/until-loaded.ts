import type { SegmentQueue } from './transport.ts';

/** Resolves when everything accepted below an event id is in the store (or was set aside); rejects when `signal` is aborted. */
export async function untilLoaded(
  queue: Pick<SegmentQueue, 'loadedBelow' | 'onLoaded'>,
  eventId: bigint,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  if (queue.loadedBelow() >= eventId) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = queue.onLoaded(() => {
    if (queue.loadedBelow() >= eventId) resolve();
  });
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await promise;
  } finally {
    stop();
    signal.removeEventListener('abort', abort);
  }
}
