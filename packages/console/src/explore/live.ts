import type { Event, TailBatch } from '@moalog/contract';
import { useEffect, useRef, useState } from 'react';

/** Events kept while live; older ones leave the list, they are still in the store. */
const MAX_EVENTS = 5_000;
const RATE_WINDOW_MS = 5_000;

export interface Live {
  /** Newest first. */
  readonly rows: readonly Event[];
  /** Events that the server left out since the start. */
  readonly skipped: number;
  readonly perSecond: number;
  readonly connected: boolean;
}

const NOTHING: Live = { rows: [], skipped: 0, perSecond: 0, connected: false };

/** The live tail of a search. What arrives is gathered and shown once a frame, so that a burst never freezes the page. */
export function useLive(active: boolean, projects: readonly string[], query: string): Live {
  const [live, setLive] = useState<Live>(NOTHING);
  const waiting = useRef<{ rows: Event[]; skipped: number; connected: boolean }>({
    rows: [],
    skipped: 0,
    connected: false,
  });
  const key = projects.join(' ');

  useEffect(() => {
    setLive(NOTHING);
    if (!active) return;
    waiting.current = { rows: [], skipped: 0, connected: false };
    const address = new URLSearchParams({ query });
    for (const project of key.split(' ').filter(Boolean)) address.append('project', project);
    const source = new EventSource(`/api/v1/tail?${address}`);
    const arrivals: { at: number; events: number }[] = [];
    source.addEventListener('open', () => {
      waiting.current.connected = true;
    });
    source.addEventListener('error', () => {
      waiting.current.connected = false;
    });
    source.addEventListener('events', (message) => {
      const batch = JSON.parse(message.data) as TailBatch; // made by the same version of the server
      waiting.current.rows.unshift(...[...batch.rows].reverse());
      waiting.current.rows.length = Math.min(waiting.current.rows.length, MAX_EVENTS);
      waiting.current.skipped += batch.skipped;
      arrivals.push({ at: Date.now(), events: batch.rows.length + batch.skipped });
    });
    const timer = setInterval(() => {
      const now = Date.now();
      while (arrivals[0] !== undefined && arrivals[0].at < now - RATE_WINDOW_MS) arrivals.shift();
      const perSecond = arrivals.reduce((sum, arrival) => sum + arrival.events, 0) / (RATE_WINDOW_MS / 1_000);
      const { rows, skipped, connected } = waiting.current;
      waiting.current = { rows: [], skipped: 0, connected };
      setLive((before) => ({
        rows: rows.length === 0 ? before.rows : [...rows, ...before.rows].slice(0, MAX_EVENTS),
        skipped: before.skipped + skipped,
        perSecond,
        connected,
      }));
    }, 250);
    return () => {
      source.close();
      clearInterval(timer);
    };
  }, [active, key, query]);
  return live;
}
