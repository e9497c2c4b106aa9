import { Button, Drawer, Loader, SegmentedControl, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import type { Event } from '@moalog/contract';
import { addCondition, addText, parseSearch } from '@moalog/search-language';
import { IconSparkles } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useScreenCommands, useShell } from '../app/shell.ts';
import { exploreCommands } from './commands.ts';
import { EventPanel } from './EventPanel.tsx';
import { EventTable } from './EventTable.tsx';
import { FieldsPanel } from './FieldsPanel.tsx';
import { FirstRun } from './FirstRun.tsx';
import { Histogram } from './Histogram.tsx';
import { recentSearches } from './kept.ts';
import { useLive } from './live.ts';
import { Picked } from './Picked.tsx';
import { useAnyEvent, useEvent, useFacets, useHistogram, useSearch } from './questions.ts';
import type { Row } from './row-values.ts';
import { StandoutDialog } from './StandoutDialog.tsx';
import { Failure, NoHits, Slow } from './Status.tsx';
import { StatusLine } from './StatusLine.tsx';
import { Toolbar } from './Toolbar.tsx';
import { moved } from './time.ts';
import { readState, useExploreState, writeState } from './url-state.ts';
import { useExport } from './useExport.ts';
import { useFrozen } from './useFrozen.ts';
import { useLastGood } from './useLastGood.ts';
import { usePicked } from './usePicked.ts';
import { ViewMenu } from './ViewMenu.tsx';

const PatternResults = lazy(async () => ({
  default: (await import('./patterns/PatternResults.tsx')).PatternResults,
}));
const PipeResults = lazy(async () => ({ default: (await import('./pipes/PipeResults.tsx')).PipeResults }));

/** Search, see and follow events. */
export function ExplorePage() {
  const { t } = useTranslation();
  const { session } = useShell();
  const [state, change] = useExploreState();
  const [draft, setDraft] = useState(state.query);
  const [at, setAt] = useState(0);
  const [fieldsOpen, setFieldsOpen] = useState(false);
  const [overlay, setOverlay] = useState<'standouts' | null>(null);
  const [atTop, setAtTop] = useState(true);
  const startExport = useExport();
  const queries = useQueryClient();
  const medium = useMediaQuery('(max-width: 900px)') ?? false;
  const narrow = useMediaQuery('(max-width: 600px)') ?? false;
  useEffect(() => setDraft(state.query), [state.query]);

  const projects = useMemo(() => {
    const known = session.projects.map((project) => project.slug);
    const chosen = state.projects.filter((slug) => known.includes(slug));
    return chosen.length > 0 ? chosen : known;
  }, [session, state.projects]);
  // What stands in front of the pipes finds the events; a live tail shows them as they are.
  const { pipesFrom } = useMemo(() => parseSearch(state.query), [state.query]);
  const filterText = pipesFrom === null ? state.query : state.query.slice(0, pipesFrom).trim();
  const piped = pipesFrom !== null && !state.live;
  const asked = useMemo(
    () => ({ project: projects, query: filterText, from: state.from, to: state.to, at }),
    [projects, filterText, state.from, state.to, at],
  );

  const patterned = state.view === 'patterns' && !state.live && !piped;
  const found = useSearch(asked, !state.live && !piped && !patterned);
  const good = useLastGood(found.data);
  const pages = useMemo(() => good?.pages ?? [], [good]);
  const rows = useMemo(() => pages.flatMap((page) => page.rows), [pages]);
  const empty = pages.length > 0 && rows.length === 0 && !found.isPlaceholderData;
  const any = useAnyEvent(projects, empty && state.query === '');
  const nothingYet = any.data?.rows.length === 0;
  const bars = useLastGood(useHistogram(asked, !piped).data);
  const facets = useLastGood(useFacets(asked, !state.live && !nothingYet).data);
  const before = useHistogram(
    useMemo(() => ({ ...asked, ...moved(asked.from, asked.to, -1, Date.now()) }), [asked]),
    state.compare && !state.live && !piped,
  );
  const previous = state.compare ? before.data : undefined;
  const live = useLive(state.live, projects, filterText, at);
  const frozen = useFrozen(live, atTop);
  const shown: readonly Row[] = state.live ? frozen.rows : rows;
  const { picked, pick, clear } = usePicked();
  const refresh = (): void => setAt((n) => n + 1);

  // An answer that an older question left behind turns into the first event: search again.
  const arrived = (any.data?.rows.length ?? 0) > 0;
  useEffect(() => {
    if (empty && state.query === '' && arrived) setAt((n) => n + 1);
  }, [arrived, empty, state.query]);

  const inList = shown.find((row) => row.event_id === state.event) as Event | undefined; // rows are asked for with all columns
  const fetched = useEvent(projects, state.event !== null && inList === undefined ? state.event : null);

  const run = useCallback(
    (text: string) => {
      const query = text.trim();
      setDraft(query);
      if (query !== '' && parseSearch(query).diagnostics.every(({ code }) => code === 'no_pipes'))
        recentSearches.add(query);
      change({ query });
      setAt((n) => n + 1);
    },
    [change],
  );
  const filter = (field: string, value: string, how: 'include' | 'exclude'): void =>
    run(addCondition(state.query, field, value, how));
  const toggleColumn = (field: string): void =>
    change({
      columns: state.columns.includes(field)
        ? state.columns.filter((name) => name !== field)
        : [...state.columns, field],
    });
  const step = (by: number): void => {
    const next = shown[Math.max(0, shown.findIndex((row) => row.event_id === state.event) + by)];
    if (next?.event_id !== undefined) change({ event: next.event_id });
  };
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    notifications.show({ message: t('share.done') });
  };
  const exportAll = (format: Parameters<typeof startExport>[1]): void => {
    const { at: _at, ...scope } = asked;
    void startExport(scope, format);
  };
  const openSaved = (address: string): void => {
    change(readState(address));
    refresh();
  };

  const commands = exploreCommands(t, {
    state,
    change,
    run,
    openSaved,
    refresh,
    step,
    exportAll,
    share: () => void copyLink(),
    standouts: () => setOverlay('standouts'),
  });
  useScreenCommands(commands);

  const facetPanel = <FieldsPanel data={facets} columns={state.columns} onFilter={filter} onColumn={toggleColumn} />;
  const panel = state.event !== null && (
    <EventPanel
      event={inList ?? fetched.data}
      failed={inList === undefined && fetched.isError}
      project={projects}
      utc={state.utc}
      onClose={() => change({ event: null })}
      onStep={step}
      onFilter={filter}
      onColumn={toggleColumn}
      onTrace={(traceId) => run(`trace_id:${traceId}`)}
      onOpen={(id) => change({ event: id })}
      onLink={() => void copyLink()}
      picked={picked.has(state.event)}
      onPick={(event) => pick([event], 'toggle')}
    />
  );
  const footer = state.live
    ? null
    : found.isFetchingNextPage
      ? t('table.loadingMore')
      : found.hasNextPage || rows.length === 0
        ? null
        : t('table.end');
  const tabs = (
    <SegmentedControl
      size="xs"
      aria-label={t('view.label')}
      value={state.view}
      onChange={(view) => change({ view: view === 'patterns' ? 'patterns' : 'events' })}
      data={[
        { value: 'events', label: t('view.events') },
        { value: 'patterns', label: t('view.patterns') },
      ]}
    />
  );
  const histogram = (
    <Histogram
      data={bars}
      previous={previous}
      utc={state.utc}
      onZoom={(from, to) => change({ from, to })}
      onLevel={(level) => filter('level', level, 'include')}
    />
  );
  const showFields = medium && (
    <Button size="compact-xs" variant="default" onClick={() => setFieldsOpen(true)}>
      {t('fields.show')}
    </Button>
  );
  const failure = state.live ? live.error : found.isError ? found.error : null;
  const partial = pages.find((page) => page.partial !== undefined)?.partial ?? bars?.partial;

  return (
    <>
      <a className="skip" href="#events">
        {t('app.skip')}
      </a>
      <VisuallyHidden component="h1">{t('app.explore')}</VisuallyHidden>
      <Toolbar
        state={{ ...state, projects }}
        session={session}
        draft={draft}
        found={piped ? undefined : bars?.total}
        narrow={narrow}
        address={() => writeState({ ...state, event: null, live: false })}
        onDraft={setDraft}
        onRun={run}
        onChange={change}
        onOpenSaved={openSaved}
        onRefresh={refresh}
        onExport={exportAll}
        onShare={() => void copyLink()}
      />
      {nothingYet && !state.live ? (
        <FirstRun arrived={false} />
      ) : (
        <div className="body">
          <aside className="facets side" aria-label={t('fields.title')}>
            {!medium && facetPanel}
          </aside>
          <section className="results">
            {piped ? (
              <Suspense fallback={<Loader className="screen-loading" />}>
                <PipeResults
                  asked={{ ...asked, query: state.query }}
                  utc={state.utc}
                  lead={showFields}
                  onFilter={filter}
                  onRange={(from, to) => change({ from, to })}
                  onRun={run}
                  onRefresh={refresh}
                />
              </Suspense>
            ) : patterned ? (
              <>
                {histogram}
                <Suspense fallback={<Loader className="screen-loading" />}>
                  <PatternResults
                    asked={asked}
                    utc={state.utc}
                    lead={
                      <>
                        {showFields}
                        {tabs}
                      </>
                    }
                    onFilter={(condition, how) => {
                      if (how === 'include') change({ view: 'events' });
                      run(addText(state.query, condition));
                    }}
                    onRange={(from, to) => change({ from, to })}
                    onRefresh={refresh}
                  />
                </Suspense>
              </>
            ) : (
              <>
                {histogram}
                <div className="status">
                  {showFields}
                  {!state.live && tabs}
                  <StatusLine
                    bars={bars}
                    previous={previous}
                    tookMs={pages[0]?.elapsedMs}
                    live={state.live ? live : null}
                    waiting={state.live ? frozen.waiting : 0}
                    partial={partial}
                  />
                  <Slow busy={found.isFetching && !state.live} onCancel={() => void queries.cancelQueries()} />
                  <span className="grow" />
                  {picked.size > 0 && <Picked rows={[...picked.values()]} utc={state.utc} onClear={clear} />}
                  {!state.live && (
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      color="gray"
                      c="dimmed"
                      className="quiet"
                      leftSection={<IconSparkles size={15} aria-hidden />}
                      aria-label={t('standout.open')}
                      onClick={() => setOverlay('standouts')}
                    >
                      {t('standout.open')}
                    </Button>
                  )}
                  <ViewMenu state={state} fields={facets?.facets.map((facet) => facet.field) ?? []} onChange={change} />
                </div>
                {failure !== null && (
                  <Failure
                    error={failure}
                    query={state.query}
                    kept={!state.live && rows.length > 0}
                    onRetry={refresh}
                  />
                )}
                {empty && !state.live && !found.isError && (
                  <NoHits
                    from={state.from}
                    hints={pages[0]?.hints ?? []}
                    onRange={(from) => change({ from, to: 'now' })}
                    onReplace={(wrong, right) => run(state.query.replaceAll(`${wrong}:`, `${right}:`))}
                  />
                )}
                <EventTable
                  rows={shown}
                  columns={state.columns}
                  query={state.query}
                  selected={state.event}
                  wrap={state.wrap}
                  picked={picked}
                  compact={state.compact}
                  utc={state.utc}
                  narrow={narrow}
                  footer={footer}
                  onOpen={(row) => change({ event: row.event_id ?? null })}
                  onNearEnd={() => {
                    if (found.hasNextPage && !found.isFetching && !state.live) void found.fetchNextPage();
                  }}
                  onScrolled={setAtTop}
                  onPick={pick}
                  onColumns={(columns) => change({ columns })}
                />
              </>
            )}
          </section>
          {!medium && panel !== false && (
            <aside className="panel side" aria-label={t('event.title')}>
              {panel}
            </aside>
          )}
        </div>
      )}
      <Drawer
        opened={medium && fieldsOpen}
        onClose={() => setFieldsOpen(false)}
        title={t('fields.title')}
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        {facetPanel}
      </Drawer>
      <Drawer
        opened={medium && state.event !== null}
        onClose={() => change({ event: null })}
        position="bottom"
        size="85%"
        withCloseButton={false}
        attributes={{ content: { 'aria-label': t('event.title') } }}
      >
        {panel}
      </Drawer>
      <StandoutDialog
        asked={asked}
        opened={overlay === 'standouts'}
        onClose={() => setOverlay(null)}
        onFilter={filter}
      />
    </>
  );
}
