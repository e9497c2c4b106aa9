import { Button, Drawer, Text, VisuallyHidden } from '@mantine/core';
import { useHotkeys, useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import type { Event, SessionInfo } from '@moalog/contract';
import { addCondition, parseSearch } from '@moalog/search-language';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Palette } from '../commands/Palette.tsx';
import type { ConsoleCommand } from '../commands/registry.ts';
import { Rail } from '../ui/Rail.tsx';
import { download, formatBytes } from './download.ts';
import { EventPanel } from './EventPanel.tsx';
import { EventTable, type Row } from './EventTable.tsx';
import { FieldsPanel } from './FieldsPanel.tsx';
import { FirstRun } from './FirstRun.tsx';
import { Histogram } from './Histogram.tsx';
import { useLive } from './live.ts';
import { useAnyEvent, useEvent, useFacets, useHistogram, useSearch } from './questions.ts';
import { rememberSearch } from './recent.ts';
import { Failure, NoHits, Slow } from './Status.tsx';
import { Toolbar } from './Toolbar.tsx';
import { useExploreState } from './url-state.ts';

/** Search, see and follow events. */
export function ExplorePage({ session, onSignOut }: { session: SessionInfo; onSignOut: () => void }) {
  const { t, i18n } = useTranslation();
  const [state, change] = useExploreState();
  const [draft, setDraft] = useState(state.query);
  const [at, setAt] = useState(0);
  const [fieldsOpen, setFieldsOpen] = useState(false);
  const [palette, setPalette] = useState(false);
  const [atTop, setAtTop] = useState(true);
  const frozen = useRef<readonly Event[]>([]);
  const queries = useQueryClient();
  const medium = useMediaQuery('(max-width: 900px)') ?? false;
  const narrow = useMediaQuery('(max-width: 600px)') ?? false;
  useEffect(() => setDraft(state.query), [state.query]);

  const projects = useMemo(() => {
    const known = session.projects.map((project) => project.slug);
    const chosen = state.projects.filter((slug) => known.includes(slug));
    return chosen.length > 0 ? chosen : known;
  }, [session, state.projects]);
  const asked = { project: projects, query: state.query, from: state.from, to: state.to, at };

  const found = useSearch(asked, !state.live);
  // A search that failed leaves the last good result on screen.
  const lastGood = useRef(found.data);
  if (found.data !== undefined) lastGood.current = found.data;
  const pages = useMemo(() => (found.data ?? lastGood.current)?.pages ?? [], [found.data]);
  const rows = useMemo(() => pages.flatMap((page) => page.rows), [pages]);
  const empty = pages.length > 0 && rows.length === 0 && !found.isPlaceholderData;
  const any = useAnyEvent(projects, empty && state.query === '');
  const nothingYet = any.data?.rows.length === 0;
  const bars = useHistogram(asked, true);
  const facets = useFacets(asked, !state.live && !nothingYet);
  const live = useLive(state.live, projects, state.query);
  // While someone reads further down, what is new waits above.
  if (atTop || !state.live) frozen.current = live.rows;
  const shown: readonly Row[] = state.live ? frozen.current : rows;
  const waiting = state.live ? live.rows.length - frozen.current.length : 0;

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
      if (parseSearch(query).diagnostics.length === 0) rememberSearch(query);
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
  const moveColumn = (field: string): void => {
    const columns = [...state.columns];
    const index = columns.indexOf(field);
    if (index <= 0) return;
    columns.splice(index - 1, 0, ...columns.splice(index, 1));
    change({ columns });
  };
  const step = (by: number): void => {
    const next = shown[shown.findIndex((row) => row.event_id === state.event) + by];
    if (next?.event_id !== undefined) change({ event: next.event_id });
  };
  const copyLink = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    notifications.show({ message: t('share.done') });
  };
  const exportAll = async (format: 'csv' | 'ndjson' | 'parquet'): Promise<void> => {
    const id = notifications.show({ loading: true, autoClose: false, message: t('export.running', { size: '0 B' }) });
    try {
      const { at: _at, ...scope } = asked;
      const bytes = await download(scope, format, (size) =>
        notifications.update({
          id,
          loading: true,
          autoClose: false,
          message: t('export.running', { size: formatBytes(size) }),
        }),
      );
      notifications.update({
        id,
        loading: false,
        autoClose: 4_000,
        message: t('export.done', { size: formatBytes(bytes) }),
      });
    } catch (error) {
      notifications.update({
        id,
        loading: false,
        color: 'red',
        autoClose: 8_000,
        message: `${t('state.failed')}: ${String(error)}`,
      });
    }
  };

  const commands: ConsoleCommand[] = [
    {
      id: 'search',
      title: 'keys.search',
      keys: '/',
      run: () => document.querySelector<HTMLElement>('[data-search]')?.focus(),
    },
    { id: 'refresh', title: 'keys.refresh', keys: 'R', run: () => setAt((n) => n + 1) },
    { id: 'live', title: 'keys.live', keys: 'L', run: () => change({ live: !state.live }) },
    { id: 'wrap', title: 'keys.wrap', keys: 'W', run: () => change({ wrap: !state.wrap }) },
    {
      id: 'next',
      title: 'keys.next',
      keys: 'J',
      run: () => (state.event === null ? change({ event: shown[0]?.event_id ?? null }) : step(1)),
    },
    { id: 'previous', title: 'keys.previous', keys: 'K', run: () => step(-1) },
    { id: 'close', title: 'keys.close', keys: 'Escape', run: () => change({ event: null }) },
    { id: 'palette', title: 'keys.palette', keys: 'mod+K', run: () => setPalette(true) },
    { id: 'help', title: 'keys.help', keys: 'shift+?', run: () => setPalette(true) },
  ];
  useHotkeys(commands.map((command) => [command.keys, command.run]));

  const facetPanel = (
    <FieldsPanel data={facets.data} columns={state.columns} onFilter={filter} onColumn={toggleColumn} />
  );
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
    />
  );
  const footer = state.live
    ? null
    : found.isFetchingNextPage
      ? t('table.loadingMore')
      : found.hasNextPage || rows.length === 0
        ? null
        : t('table.end');
  const total = bars.data?.total;
  const partial = pages.find((page) => page.partial !== undefined)?.partial ?? bars.data?.partial;

  return (
    <div className="shell">
      <a className="skip" href="#events">
        {t('app.skip')}
      </a>
      <Rail onHelp={() => setPalette(true)} onSignOut={onSignOut} />
      <main className="page">
        <VisuallyHidden component="h1">{t('app.explore')}</VisuallyHidden>
        <Toolbar
          state={{ ...state, projects }}
          session={session}
          draft={draft}
          found={total}
          onDraft={setDraft}
          onRun={run}
          onChange={change}
          onRefresh={() => setAt((n) => n + 1)}
          onExport={(format) => void exportAll(format)}
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
              <Histogram
                data={bars.data}
                utc={state.utc}
                onZoom={(from, to) => change({ from, to })}
                onLevel={(level) => filter('level', level, 'include')}
              />
              <div className="status">
                {medium && (
                  <Button size="compact-xs" variant="default" onClick={() => setFieldsOpen(true)}>
                    {t('fields.show')}
                  </Button>
                )}
                {total !== undefined && (
                  <Text size="sm" fw={600} data-testid="found">
                    {t('table.found', { count: total, formatted: total.toLocaleString(i18n.language) })}
                  </Text>
                )}
                {pages[0] !== undefined && !state.live && (
                  <Text size="xs" c="dimmed">
                    {t('table.took', { ms: Math.max(1, Math.round(pages[0].elapsedMs)) })}
                  </Text>
                )}
                {state.live && (
                  <Text size="sm" role="status">
                    {live.connected
                      ? t('live.rate', { rate: live.perSecond.toFixed(live.perSecond < 10 ? 1 : 0) })
                      : t('live.lost')}
                    {live.skipped > 0 && ` · ${t('live.skipped', { count: live.skipped })}`}
                  </Text>
                )}
                {waiting > 0 && (
                  <Button size="compact-xs" onClick={() => document.getElementById('events')?.scrollTo({ top: 0 })}>
                    {t('live.resume', { count: waiting })}
                  </Button>
                )}
                {partial !== undefined && (
                  <Text size="sm" c="orange.9">
                    {t('state.partial')}: {partial.message}
                  </Text>
                )}
                <Slow busy={found.isFetching && !state.live} onCancel={() => void queries.cancelQueries()} />
              </div>
              {found.isError && (
                <Failure error={found.error} kept={rows.length > 0} onRetry={() => setAt((n) => n + 1)} />
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
                compact={false}
                utc={state.utc}
                narrow={narrow}
                footer={footer}
                onOpen={(row) => change({ event: row.event_id ?? null })}
                onNearEnd={() => {
                  if (found.hasNextPage && !found.isFetching && !state.live) void found.fetchNextPage();
                }}
                onScrolled={setAtTop}
                onRemoveColumn={toggleColumn}
                onMoveColumn={moveColumn}
              />
            </section>
            {!medium && panel !== false && (
              <aside className="panel side" aria-label={t('event.title')}>
                {panel}
              </aside>
            )}
          </div>
        )}
      </main>
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
      >
        {panel}
      </Drawer>
      <Palette commands={commands} opened={palette} onClose={() => setPalette(false)} />
    </div>
  );
}
