import type { Event, TailBatch } from '@moalog/contract';
import { useEffect, useState } from 'react';
import { ApiError, send } from '../api/client.ts';
import { messagesOf } from './event-stream.ts';

/** Events kept while live; older ones leave the list, they are still in the store. */
const MAX_EVENTS = 5_000;
const RATE_WINDOW_MS = 5_000;
/** What arrives is shown so often, so that a burst never freezes the page. */
const SHOW_MS = 250;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000] as const;

export interface Live {
  /** Newest first. */
  readonly rows: readonly Event[];
  /** Events that came to this page since the start. */
  readonly received: number;
  /** Events that the server left out since the start. */
  readonly skipped: number;
  readonly perSecond: number;
  readonly connected: boolean;
  /** Why it ended for good: the search is wrong, or not allowed. */
  readonly error: ApiError | null;
}

const NOTHING: Live = { rows: [], received: 0, skipped: 0, perSecond: 0, connected: false, error: null };

/** The live tail of a search. A connection that breaks is made again where it ended; a search that is refused is not asked again. */
export function useLive(active: boolean, projects: readonly string[], query: string, at: number): Live {
  const [live, setLive] = useState<Live>(NOTHING);
  const key = projects.join(' ');

  // biome-ignore lint/correctness/useExhaustiveDependencies: `at` asks for the same search again
  useEffect(() => {
    setLive(NOTHING);
    if (!active) return;
    const address = new URLSearchParams({ query });
    for (const project of key.split(' ').filter(Boolean)) address.append('project', project);
    const stop = new AbortController();
    const arrived = new Arrivals();
    void follow(`/api/v1/tail?${address}`, arrived, stop.signal);
    const timer = setInterval(() => setLive((before) => arrived.shown(before, Date.now())), SHOW_MS);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [active, key, query, at]);
  return live;
}

/** What has come since the page was last brought up to date. */
class Arrivals {
  connected = false;
  error: ApiError | null = null;
  #rows: Event[] = [];
  #received = 0;
  #skipped = 0;
  #recent: { at: number; events: number }[] = [];

  add(batch: TailBatch, now: number): void {
    this.#rows = [...batch.rows.toReversed(), ...this.#rows].slice(0, MAX_EVENTS);
    this.#received += batch.rows.length;
    this.#skipped += batch.skipped;
    this.#recent.push({ at: now, events: batch.rows.length + batch.skipped });
  }

  shown(before: Live, now: number): Live {
    this.#recent = this.#recent.filter((arrival) => arrival.at > now - RATE_WINDOW_MS);
    const rows = this.#rows;
    this.#rows = [];
    return {
      rows: rows.length === 0 ? before.rows : [...rows, ...before.rows].slice(0, MAX_EVENTS),
      received: this.#received,
      skipped: this.#skipped,
      perSecond: this.#recent.reduce((sum, arrival) => sum + arrival.events, 0) / (RATE_WINDOW_MS / 1_000),
      connected: this.connected,
      error: this.error,
    };
  }
}

async function follow(address: string, into: Arrivals, signal: AbortSignal): Promise<void> {
  let lastId: string | null = null;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const response = await send(
        'GET',
        address,
        undefined,
        signal,
        lastId === null ? {} : { 'last-event-id': lastId },
      );
      if (response.body === null) return;
      into.connected = true;
      for await (const message of messagesOf(response.body)) {
        failures = 0;
        if (message.id !== null) lastId = message.id;
        if (message.event === 'failed') throw new ApiError(JSON.parse(message.data));
        if (message.event === 'events') into.add(JSON.parse(message.data) as TailBatch, Date.now()); // made by the same version of the server
      }
    } catch (error) {
      if (signal.aborted) return;
      if (
        error instanceof ApiError &&
        error.problem.status >= 400 &&
        error.problem.status < 500 &&
        error.problem.status !== 429
      ) {
        into.error = error;
        return;
      }
    } finally {
      into.connected = false;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
  }
}
