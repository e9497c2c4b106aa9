import type { TFunction } from 'i18next';
import type { ConsoleCommand } from '../commands/registry.ts';
import { recentSearches, savedSearches } from './kept.ts';
import { moved, PRESETS } from './time.ts';
import type { ExploreState } from './url-state.ts';
import { EXPORT_FORMATS, type ExportFormat } from './useExport.ts';

export interface Acts {
  readonly state: ExploreState;
  readonly change: (change: Partial<ExploreState>) => void;
  readonly run: (query: string) => void;
  readonly openSaved: (address: string) => void;
  readonly refresh: () => void;
  readonly step: (by: number) => void;
  readonly exportAll: (format: ExportFormat) => void;
  readonly share: () => void;
  readonly standouts: () => void;
}

/** Recent searches offered in the palette; the search bar's menu has them all. */
const OFFERED_RECENT = 8;

/** Everything a person can do on this screen. */
export function exploreCommands(t: TFunction, acts: Acts): ConsoleCommand[] {
  const { state, change, run } = acts;
  const earlier = (by: number): void => change(moved(state.from, state.to, by, Date.now()));
  const focusSearch = (): void => document.querySelector<HTMLElement>('[data-search]')?.focus();
  return [
    { id: 'search', group: 'search', title: t('keys.search'), keys: '/', run: focusSearch },
    { id: 'refresh', group: 'search', title: t('keys.refresh'), keys: 'R', run: acts.refresh },
    { id: 'live', group: 'search', title: t('keys.live'), keys: 'L', run: () => change({ live: !state.live }) },
    { id: 'clear', group: 'search', title: t('keys.clear'), keys: null, run: () => run('') },
    { id: 'next', group: 'events', title: t('keys.next'), keys: 'J', run: () => acts.step(1) },
    { id: 'previous', group: 'events', title: t('keys.previous'), keys: 'K', run: () => acts.step(-1) },
    { id: 'close', group: 'events', title: t('keys.close'), keys: 'Escape', run: () => change({ event: null }) },
    { id: 'standouts', group: 'events', title: t('standout.title'), keys: 'A', run: acts.standouts },
    { id: 'share', group: 'events', title: t('share'), keys: 'S', run: acts.share },
    ...EXPORT_FORMATS.map((format) => ({
      id: `export-${format}`,
      group: 'events' as const,
      title: `${t('export')}: ${t(`export.${format}`)}`,
      keys: null,
      run: () => acts.exportAll(format),
    })),
    { id: 'earlier', group: 'range', title: t('range.back'), keys: '[', run: () => earlier(-1) },
    { id: 'later', group: 'range', title: t('range.forward'), keys: ']', run: () => earlier(1) },
    ...PRESETS.map((from) => ({
      id: `range-${from}`,
      group: 'range' as const,
      title: t(`range.${from}`),
      keys: null,
      run: () => change({ from, to: 'now', live: false }),
    })),
    {
      id: 'patterns',
      group: 'view',
      title: t('view.patterns'),
      keys: 'P',
      run: () => change({ view: state.view === 'patterns' ? 'events' : 'patterns', live: false }),
    },
    { id: 'wrap', group: 'view', title: t('table.wrap'), keys: 'W', run: () => change({ wrap: !state.wrap }) },
    {
      id: 'density',
      group: 'view',
      title: t('keys.density'),
      keys: 'D',
      run: () => change({ compact: !state.compact }),
    },
    {
      id: 'compare',
      group: 'view',
      title: t('view.compare'),
      keys: 'C',
      run: () => change({ compare: !state.compare }),
    },
    { id: 'utc', group: 'view', title: t('keys.utc'), keys: 'U', run: () => change({ utc: !state.utc }) },
    ...savedSearches.all().map(({ name, address }) => ({
      id: `saved-${name}`,
      group: 'saved' as const,
      title: name,
      keys: null,
      run: () => acts.openSaved(address),
    })),
    ...recentSearches
      .all()
      .slice(0, OFFERED_RECENT)
      .map((text) => ({
        id: `recent-${text}`,
        group: 'saved' as const,
        title: text,
        keys: null,
        run: () => run(text),
      })),
  ];
}
