import { UnstyledButton } from '@mantine/core';
import type { QueryResponse } from '@moalog/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../time.ts';
import { formatNumber } from './series.ts';

type Cell = QueryResponse['rows'][number][number];

export interface ResultTableProps {
  readonly data: QueryResponse;
  /** Columns whose values can be searched for. */
  readonly filterable: ReadonlySet<string>;
  readonly utc: boolean;
  readonly onFilter: (field: string, value: string, how: 'include' | 'exclude') => void;
  readonly onTime: (time: string) => void;
}

const ROW_PX = 27;
const WIDTHS = { number: 'minmax(96px, 0.6fr)', boolean: '80px', time: '190px', text: 'minmax(140px, 1fr)' } as const;

/** The table of a query: a click on a heading sorts, on a value filters. */
export function ResultTable({ data, filterable, utc, onFilter, onTime }: ResultTableProps) {
  const { t } = useTranslation();
  const { columns, chart } = data;
  const scroller = useRef<HTMLDivElement>(null);
  const [sort, setSort] = useState<{ column: string; descending: boolean } | null>(null);
  const sorted = useMemo(() => sortedRows(data, sort), [data, sort]);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const barColumn = chart?.kind === 'bars' ? columns.findIndex(({ name }) => name === chart.values[0]) : -1;
  const longest = useMemo(
    () => data.rows.reduce((most, row) => Math.max(most, Number(row[barColumn] ?? 0)), 0),
    [data, barColumn],
  );
  const template = columns
    .map(({ name, type }) => (name === 'message' ? 'minmax(320px, 3fr)' : WIDTHS[type]))
    .join(' ');
  const click = (name: string): void =>
    setSort(sort?.column === name && !sort.descending ? null : { column: name, descending: sort?.column !== name });
  return (
    <div ref={scroller} id="events" className="grid">
      <table
        className="result"
        aria-label={t('result.label')}
        aria-rowcount={sorted.length + 1}
        style={{ '--columns': template }}
      >
        <thead className="grid-head">
          <tr>
            {columns.map(({ name, type }) => (
              <th
                key={name}
                scope="col"
                className={type === 'number' ? 'figure' : ''}
                aria-sort={sort?.column !== name ? 'none' : sort.descending ? 'descending' : 'ascending'}
              >
                <UnstyledButton className="result-head" onClick={() => click(name)}>
                  {name}
                  {sort?.column === name && <span aria-hidden>{sort.descending ? ' ↓' : ' ↑'}</span>}
                </UnstyledButton>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="grid-rows" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = sorted[item.index] ?? [];
            return (
              <tr
                key={item.key}
                className="grid-row result-row"
                aria-rowindex={item.index + 2}
                style={{ top: item.start, height: ROW_PX }}
              >
                {columns.map(({ name, type }, i) => (
                  <td
                    key={name}
                    className={type === 'number' ? 'figure' : ''}
                    style={
                      i === barColumn && longest > 0
                        ? { '--bar': `${(100 * Number(row[i] ?? 0)) / longest}%` }
                        : undefined
                    }
                    data-bar={i === barColumn || undefined}
                  >
                    <Value
                      value={row[i] ?? null}
                      type={type}
                      utc={utc}
                      filter={
                        filterable.has(name) && row[i] !== '…' ? (value, how) => onFilter(name, value, how) : null
                      }
                      onTime={chart?.kind === 'time' && name === chart.time ? onTime : null}
                    />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Value({
  value,
  type,
  utc,
  filter,
  onTime,
}: {
  value: Cell;
  type: QueryResponse['columns'][number]['type'];
  utc: boolean;
  filter: ((value: string, how: 'include' | 'exclude') => void) | null;
  onTime: ((time: string) => void) | null;
}) {
  const { t, i18n } = useTranslation();
  const text =
    value === null || value === ''
      ? '–'
      : type === 'number' && typeof value === 'number'
        ? formatNumber(value, i18n.language)
        : type === 'time'
          ? formatTime(String(value), utc).replace(/\.000$/, '')
          : String(value);
  if (onTime !== null && value !== null)
    return (
      <UnstyledButton
        className="result-value"
        title={t('result.zoom', { value: text })}
        onClick={() => onTime(String(value))}
      >
        {text}
      </UnstyledButton>
    );
  if (filter === null || value === null) return text;
  return (
    <UnstyledButton
      className="result-value"
      title={t('result.filter', { value: text === '–' ? t('result.missing') : text })}
      onClick={(event) => filter(String(value), event.altKey ? 'exclude' : 'include')}
    >
      {text}
    </UnstyledButton>
  );
}

function sortedRows(
  { columns, rows }: QueryResponse,
  sort: { column: string; descending: boolean } | null,
): readonly (readonly Cell[])[] {
  const at = columns.findIndex(({ name }) => name === sort?.column);
  if (sort === null || at < 0) return rows;
  const sign = sort.descending ? -1 : 1;
  const missing = (cell: Cell | undefined): boolean => cell === null || cell === undefined || cell === '';
  return rows.toSorted((a, b) => {
    const [left, right] = [a[at], b[at]];
    if (missing(left) || missing(right)) return Number(missing(left)) - Number(missing(right));
    if (typeof left === 'number' && typeof right === 'number') return sign * (left - right);
    return sign * String(left).localeCompare(String(right), undefined, { numeric: true });
  });
}
