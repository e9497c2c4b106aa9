import { ActionIcon, Tooltip } from '@mantine/core';
import type { SearchResponse } from '@moalog/contract';
import { IconArrowLeft, IconX } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { LEVEL_COLORS } from '../app/theme.ts';
import { hitsOf, marked, withoutAnsi } from './marks.ts';
import { formatTime } from './time.ts';

export type Row = SearchResponse['rows'][number];

export interface EventTableProps {
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
  readonly query: string;
  readonly selected: string | null;
  readonly wrap: boolean;
  readonly compact: boolean;
  readonly utc: boolean;
  readonly narrow: boolean;
  readonly footer: string | null;
  readonly onOpen: (row: Row) => void;
  readonly onNearEnd: () => void;
  readonly onScrolled: (top: boolean) => void;
  readonly onRemoveColumn: (field: string) => void;
  readonly onMoveColumn: (field: string) => void;
}

const ROW_PX = 25;
const COMPACT_ROW_PX = 19;
/** Rows from the end at which the next page is asked for. */
const NEAR_END_ROWS = 60;
/** Longer messages are cut in the list; the event panel has them whole. */
const MAX_SHOWN_CHARS = 2_000;

/** The events, newest first: only the rows in view exist in the page. */
export function EventTable(props: EventTableProps) {
  const { rows, columns, selected, wrap, compact, utc, narrow } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const hits = useMemo(() => hitsOf(props.query), [props.query]);
  const estimate = compact ? COMPACT_ROW_PX : ROW_PX;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    overscan: 20,
    getItemKey: (i) => rows[i]?.event_id ?? i,
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  const template = narrow
    ? '104px 52px minmax(240px, 1fr)'
    : `188px 58px minmax(80px, 130px) ${columns.map(() => 'minmax(90px, 160px)').join(' ')} minmax(320px, 1fr)`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new last row asks
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - NEAR_END_ROWS) props.onNearEnd();
  }, [last, rows.length]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: heights depend on these
  useEffect(() => virtual.measure(), [wrap, compact]);

  const selectedIndex = rows.findIndex((row) => row.event_id === selected);
  const open = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    props.onOpen(row);
    virtual.scrollToIndex(index, { align: 'auto' });
  };
  function onKeyDown(event: React.KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: 20, PageUp: -20 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    open(selectedIndex < 0 ? 0 : selectedIndex + step);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual list cannot be a <table>
    <div
      ref={scroller}
      id="events"
      className={`grid${wrap ? ' wrap' : ''}${compact ? ' compact' : ''}`}
      role="grid"
      aria-label={t('table.label')}
      aria-rowcount={rows.length}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => props.onScrolled(event.currentTarget.scrollTop < 8)}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above; the grid holds the focus */}
      <div className="grid-head" role="row" style={{ gridTemplateColumns: template, paddingLeft: 3 }}>
        {['table.time', 'table.level', ...(narrow ? [] : ['table.service'])].map((name) => (
          // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above
          <div key={name} role="columnheader">
            {t(name)}
          </div>
        ))}
        {!narrow &&
          columns.map((field) => (
            // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above
            <div key={field} role="columnheader">
              <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{field}</span>
              <Tooltip label={t('table.moveLeft', { field })}>
                <ActionIcon
                  size="xs"
                  variant="subtle"
                  color="gray"
                  aria-label={t('table.moveLeft', { field })}
                  onClick={() => props.onMoveColumn(field)}
                >
                  <IconArrowLeft size={12} />
                </ActionIcon>
              </Tooltip>
              <Tooltip label={t('table.removeColumn', { field })}>
                <ActionIcon
                  size="xs"
                  variant="subtle"
                  color="gray"
                  aria-label={t('table.removeColumn', { field })}
                  onClick={() => props.onRemoveColumn(field)}
                >
                  <IconX size={12} />
                </ActionIcon>
              </Tooltip>
            </div>
          ))}
        {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above */}
        <div role="columnheader">{t('table.message')}</div>
      </div>
      <div style={{ height: virtual.getTotalSize() + 28, position: 'relative' }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const time = formatTime(row.timestamp ?? '', utc);
          return (
            // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the grid has the focus and the keys
            <div
              key={item.key}
              ref={wrap ? virtual.measureElement : undefined}
              data-index={item.index}
              className="grid-row"
              role="row"
              aria-rowindex={item.index + 1}
              aria-selected={row.event_id === selected}
              style={
                {
                  transform: `translateY(${item.start}px)`,
                  gridTemplateColumns: template,
                  '--level': LEVEL_COLORS[row.level ?? ''],
                  ...(wrap ? {} : { height: estimate }),
                } as React.CSSProperties
              }
              onClick={() => props.onOpen(row)}
            >
              {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above */}
              <div role="gridcell" className="time" title={row.timestamp}>
                {narrow ? time.slice(11, 23) : time}
              </div>
              {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above */}
              <div role="gridcell" className={`level level-${row.level}`}>
                {row.level}
              </div>
              {!narrow && (
                // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above
                <div role="gridcell">{row.service}</div>
              )}
              {!narrow &&
                columns.map((field) => (
                  // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above
                  <div key={field} role="gridcell">
                    {fieldOf(row, field)}
                  </div>
                ))}
              {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: as above */}
              <div role="gridcell">
                {marked(
                  withoutAnsi(row.message === '' || row.message === undefined ? summary(row) : row.message).slice(
                    0,
                    MAX_SHOWN_CHARS,
                  ),
                  hits,
                ).map((piece, i) =>
                  // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity of their own
                  piece.hit ? <mark key={i}>{piece.text}</mark> : piece.text,
                )}
              </div>
            </div>
          );
        })}
        {props.footer !== null && (
          <div
            style={{
              position: 'absolute',
              top: virtual.getTotalSize(),
              padding: 6,
              fontSize: 12,
              opacity: 0.8,
              width: '100%',
              textAlign: 'center',
            }}
          >
            {props.footer}
          </div>
        )}
      </div>
    </div>
  );
}

/** A field of a row: a column, or an attribute. */
function fieldOf(row: Row, field: string): string {
  const column = (row as Record<string, unknown>)[field];
  return typeof column === 'string' ? column : (row.attributes?.[field] ?? '');
}

/** What an event without a message is shown as. */
const summary = (row: Row): string =>
  Object.entries(row.attributes ?? {})
    .slice(0, 12)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
