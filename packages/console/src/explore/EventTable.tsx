import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { hitsOf } from './marks.ts';
import type { Row } from './row-values.ts';
import { TableHead } from './TableHead.tsx';
import { TableRow } from './TableRow.tsx';
import { useWidths } from './widths.ts';

export interface EventTableProps {
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
  readonly query: string;
  /** event_id of the open event. */
  readonly selected: string | null;
  readonly picked: ReadonlyMap<string, Row>;
  readonly wrap: boolean;
  readonly compact: boolean;
  readonly utc: boolean;
  readonly narrow: boolean;
  readonly footer: string | null;
  readonly onOpen: (row: Row) => void;
  readonly onPick: (rows: readonly Row[], how: 'toggle' | 'add') => void;
  readonly onNearEnd: () => void;
  readonly onScrolled: (top: boolean) => void;
  readonly onColumns: (columns: readonly string[]) => void;
}

const ROW_PX = 25;
const COMPACT_ROW_PX = 19;
/** Rows from the end at which the next page is asked for. */
const NEAR_END_ROWS = 60;
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  j: 1,
  ArrowUp: -1,
  k: -1,
  PageDown: 20,
  PageUp: -20,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** The events, newest first: only the rows in view exist in the page. */
export function EventTable(props: EventTableProps) {
  const { rows, columns, selected, wrap, compact, narrow } = props;
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const { widthOf, resize } = useWidths();
  const hits = useMemo(() => hitsOf(props.query), [props.query]);
  const height = compact ? COMPACT_ROW_PX : ROW_PX;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 20,
    getItemKey: (i) => rows[i]?.event_id ?? i,
  });
  const items = virtual.getVirtualItems();
  const last = items[items.length - 1]?.index ?? 0;
  const template = narrow
    ? '104px 52px minmax(240px, 1fr)'
    : `158px 58px ${columns.map((field) => `${widthOf(field)}px`).join(' ')} minmax(320px, 1fr)`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new last row asks
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - NEAR_END_ROWS) props.onNearEnd();
  }, [last, rows.length]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: heights depend on these
  useEffect(() => virtual.measure(), [wrap, compact]);

  const current = rows.findIndex((row) => row.event_id === selected);
  const indexAt = (index: number): number => Math.max(0, Math.min(rows.length - 1, index));
  const open = (index: number): void => {
    const row = rows[indexAt(index)];
    if (row === undefined) return;
    props.onOpen(row);
    virtual.scrollToIndex(indexAt(index), { align: 'auto' });
  };
  function onKeyDown(event: React.KeyboardEvent): void {
    const row = rows[current];
    if (event.key === 'x' && row !== undefined) props.onPick([row], 'toggle');
    const step = STEPS[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const next = current < 0 ? (step === Number.POSITIVE_INFINITY ? rows.length - 1 : 0) : indexAt(current + step);
    if (event.shiftKey && row !== undefined) props.onPick(between(rows, current, next), 'add');
    open(next);
  }

  const latest = useRef({ rows, current, onOpen: props.onOpen, onPick: props.onPick });
  latest.current = { rows, current, onOpen: props.onOpen, onPick: props.onPick };
  const onClick = useCallback((row: Row, event: React.MouseEvent) => {
    const now = latest.current;
    if (event.shiftKey && now.current >= 0) {
      const clicked = now.rows.findIndex((other) => other.event_id === row.event_id);
      return now.onPick(between(now.rows, now.current, clicked), 'add');
    }
    if (event.ctrlKey || event.metaKey) return now.onPick([row], 'toggle');
    // Text that someone marks with the pointer is to be copied, not opened.
    if ((getSelection()?.toString() ?? '') === '') now.onOpen(row);
  }, []);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtual list cannot be a <table>
    <div
      ref={scroller}
      id="events"
      className={`grid${wrap ? ' wrap' : ''}${compact ? ' compact' : ''}`}
      role="grid"
      aria-label={t('table.label')}
      aria-rowcount={rows.length}
      aria-multiselectable
      tabIndex={0}
      style={{ '--columns': template }}
      onKeyDown={onKeyDown}
      onScroll={(event) => props.onScrolled(event.currentTarget.scrollTop < 8)}
    >
      <TableHead columns={columns} narrow={narrow} widthOf={widthOf} onResize={resize} onColumns={props.onColumns} />
      <div className="grid-rows" style={{ height: virtual.getTotalSize() + 28 }}>
        {items.map((item) => {
          const row = rows[item.index];
          return (
            row !== undefined && (
              <TableRow
                key={item.key}
                row={row}
                index={item.index}
                top={item.start}
                height={wrap ? undefined : height}
                columns={columns}
                hits={hits}
                open={row.event_id === selected}
                picked={props.picked.has(row.event_id ?? '')}
                utc={props.utc}
                narrow={narrow}
                measure={wrap ? virtual.measureElement : undefined}
                onClick={onClick}
              />
            )
          );
        })}
        {props.footer !== null && (
          <div className="grid-end" style={{ top: virtual.getTotalSize() }}>
            {props.footer}
          </div>
        )}
      </div>
    </div>
  );
}

const between = (rows: readonly Row[], a: number, b: number): readonly Row[] =>
  rows.slice(Math.min(a, b), Math.max(a, b) + 1);
