import type { Event } from '@moalog/contract';
import { useRef } from 'react';
import type { Live } from './live.ts';

/** While someone reads further down, the list stands still and what is new waits above. */
export function useFrozen(live: Live, following: boolean): { rows: readonly Event[]; waiting: number } {
  const frozen = useRef({ rows: live.rows, received: live.received });
  if (following || live.received < frozen.current.received) {
    frozen.current = { rows: live.rows, received: live.received };
  }
  return { rows: frozen.current.rows, waiting: live.received - frozen.current.received };
}
