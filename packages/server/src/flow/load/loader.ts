import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Metrics } from '#metrics';
import { type Store, storeError } from '#store';
import type { Segment, SegmentQueue } from '#transport';
import type { KnownPipelines } from './known-pipelines.ts';
import { KnownZones, LOAD_TIMEOUT_MS, loadSegment } from './load-segment.ts';
import { setAside } from './set-aside.ts';

export interface LoaderOptions {
  readonly queue: SegmentQueue;
  readonly store: Store;
  readonly pipelines: Pick<KnownPipelines, 'inForce'>;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface Loader {
  /** Null when every segment could be loaded; else what was set aside, for people (/readyz). */
  complaint(): string | null;
  /** Takes no more segments; a load that runs gets a few seconds to end, and is loaded again at the next start if it does not. */
  close(): Promise<void>;
}

/** Two statements side by side fill two cores; more only wait for each other (measured: bench/load-cost.ts). */
const LANES = 2;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
const CLOSE_GRACE_MS = 5_000;
/** Refusals that name the statement or its data before a segment is loaded without pipelines. */
const REFUSALS_BEFORE_PLAIN = 2;
/** The same before it is set aside. */
const REFUSALS_BEFORE_ASIDE = 5;
/** Connections lost in the middle of the same segment's load before it is taken to be what kills the engine. */
const CUTS_BEFORE_ASIDE = 12;

/**
 * Moves closed segments from the queue into the store until closed. Each is tried until the store has it: engine restarts, time-outs,
 * memory, full disks and too many parts are waited out. Only a segment that the store refuses for what it contains, again and
 * again, is set aside (never deleted), so that it does not hold up the others.
 */
export function startLoader({ queue, store, pipelines, metrics, log }: LoaderOptions): Loader {
  const closing = new AbortController();
  const aborting = new AbortController();
  const zones = new KnownZones(store);
  const aside: string[] = [];

  async function lane(): Promise<void> {
    while (!closing.signal.aborted) {
      const segment = await queue.take(closing.signal);
      if (segment === null) return;
      await load(segment);
    }
  }

  async function load(segment: Segment): Promise<void> {
    let refusals = 0;
    let cuts = 0;
    for (let pauseMs = FIRST_PAUSE_MS; !closing.signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const started = performance.now();
      try {
        const signal = AbortSignal.any([aborting.signal, AbortSignal.timeout(LOAD_TIMEOUT_MS)]);
        const { events } = await loadSegment({ store, zones, pipelines }, segment, signal, {
          isRefused: refusals >= REFUSALS_BEFORE_PLAIN,
        });
        await queue.done(segment);
        const seconds = (performance.now() - started) / 1_000;
        metrics.loadedSegments.inc();
        metrics.loadedEvents.inc(events);
        metrics.loadSeconds.observe(seconds);
        log.debug(
          { event: 'segment_loaded', seq: segment.seq, events, bytes: segment.bytes, seconds },
          'loaded a segment',
        );
        return;
      } catch (error) {
        if (aborting.signal.aborted) return;
        const known = storeError(error);
        metrics.loadFailures.inc();
        if (known.code === 'query_failed' || known.code === 'invalid_query') refusals++;
        cuts = wasCut(error) ? cuts + 1 : cuts;
        log.warn(
          {
            event: 'segment_load_failed',
            seq: segment.seq,
            code: known.code,
            refusals,
            cuts,
            pauseMs,
            why: known.message,
          },
          'could not load a segment; trying again',
        );
        if (refusals >= REFUSALS_BEFORE_ASIDE || cuts >= CUTS_BEFORE_ASIDE) {
          if (await putAside(segment, known.message)) return;
        }
        await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  /** False when it could not be kept elsewhere either: then it stays where it is and is tried again. */
  async function putAside(segment: Segment, reason: string): Promise<boolean> {
    try {
      const kept = await setAside(segment, reason);
      await queue.done(segment);
      aside.push(kept);
      metrics.setAsideSegments.inc();
      log.error(
        { event: 'segment_set_aside', seq: segment.seq, kept, rows: segment.rows, reason },
        'a segment cannot be loaded and was set aside; nothing of it is deleted',
      );
      return true;
    } catch (error) {
      log.error(
        { event: 'segment_set_aside_failed', seq: segment.seq, err: error },
        'a segment cannot be loaded and could not be set aside',
      );
      return false;
    }
  }

  const lanes = Array.from({ length: LANES }, lane);
  return {
    complaint: () =>
      aside.length === 0
        ? null
        : `${aside.length} segment(s) could not be loaded and were set aside: ${aside.slice(0, 3).join(', ')}`,
    async close() {
      closing.abort();
      const grace = setTimeout(() => aborting.abort(), CLOSE_GRACE_MS);
      await Promise.all(lanes);
      clearTimeout(grace);
    },
  };
}

/** The connection ended while the statement ran: the engine died, or was restarted. */
function wasCut(error: unknown): boolean {
  return (
    error instanceof Error &&
    (('code' in error && error.code === 'ECONNRESET') || error.message.includes('socket hang up'))
  );
}
