import { useCallback, useEffect, useState } from 'react';
import { START } from '../app/router.ts';

/** Everything of the screen that a link shows another person. */
export interface ExploreState {
  readonly query: string;
  readonly from: string;
  readonly to: string;
  readonly projects: readonly string[];
  /** Fields shown between level and message. */
  readonly columns: readonly string[];
  /** event_id of the open event. */
  readonly event: string | null;
  readonly wrap: boolean;
  readonly compact: boolean;
  /** The histogram shows the period before, too. */
  readonly compare: boolean;
  readonly live: boolean;
  /** What is below the histogram: the events, or similar messages as one. */
  readonly view: 'events' | 'patterns';
  readonly utc: boolean;
}

export const INITIAL: ExploreState = {
  query: '',
  from: 'now-1h',
  to: 'now',
  projects: [],
  columns: ['service'],
  event: null,
  wrap: false,
  compact: false,
  compare: false,
  live: false,
  view: 'events',
  utc: false,
};

export function readState(search: string): ExploreState {
  const given = new URLSearchParams(search);
  return {
    query: given.get('q') ?? INITIAL.query,
    from: given.get('from') ?? INITIAL.from,
    to: given.get('to') ?? INITIAL.to,
    projects: given.getAll('project'),
    // An empty one says that there is none.
    columns: given.has('column') ? given.getAll('column').filter((field) => field !== '') : INITIAL.columns,
    event: given.get('event'),
    wrap: given.get('wrap') === '1',
    compact: given.get('density') === 'compact',
    compare: given.get('compare') === '1',
    live: given.get('live') === '1',
    view: given.get('view') === 'patterns' ? 'patterns' : 'events',
    utc: given.get('zone') === 'utc',
  };
}

export function writeState(state: ExploreState): string {
  const out = new URLSearchParams();
  if (state.query !== '') out.set('q', state.query);
  if (state.from !== INITIAL.from || state.to !== INITIAL.to) {
    out.set('from', state.from);
    out.set('to', state.to);
  }
  for (const project of state.projects) out.append('project', project);
  if (state.columns.join('\n') !== INITIAL.columns.join('\n')) {
    for (const column of state.columns.length === 0 ? [''] : state.columns) out.append('column', column);
  }
  if (state.event !== null) out.set('event', state.event);
  if (state.wrap) out.set('wrap', '1');
  if (state.compact) out.set('density', 'compact');
  if (state.compare) out.set('compare', '1');
  if (state.live) out.set('live', '1');
  if (state.view === 'patterns') out.set('view', 'patterns');
  if (state.utc) out.set('zone', 'utc');
  const text = out.toString();
  return text === '' ? '' : `?${text}`;
}

/** The screen's state, kept in the address. Changes of what is searched make a step for Back; the rest replaces. */
export function useExploreState(): [ExploreState, (change: Partial<ExploreState>) => void] {
  const [state, setState] = useState(() => readState(location.search));

  useEffect(() => {
    const onBack = (): void => setState(readState(location.search));
    addEventListener('popstate', onBack);
    return () => removeEventListener('popstate', onBack);
  }, []);

  const change = useCallback((part: Partial<ExploreState>) => {
    setState((before) => {
      const after = { ...before, ...part };
      const address = `${START}${writeState(after)}`;
      if (address !== location.pathname + location.search) {
        const step = 'query' in part || 'from' in part || 'to' in part;
        history[step ? 'pushState' : 'replaceState'](null, '', address);
      }
      return after;
    });
  }, []);
  return [state, change];
}
