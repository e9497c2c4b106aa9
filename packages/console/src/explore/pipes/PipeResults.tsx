import './texts.ts';
import './pipes.css';
import { Button, SegmentedControl, Text } from '@mantine/core';
import type { QueryResponse } from '@moalog/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveAs } from '../download.ts';
import { type Asked, useTable } from '../questions.ts';
import { Failure, NoHits, Slow } from '../Status.tsx';
import { useLastGood } from '../useLastGood.ts';
import { toCsv } from './csv.ts';
import { filterableColumns } from './filterable.ts';
import { ResultTable } from './ResultTable.tsx';
import { SeriesChart } from './SeriesChart.tsx';
import { addsUp, formatNumber, seriesOf } from './series.ts';

export interface PipeResultsProps {
  readonly asked: Asked;
  readonly utc: boolean;
  /** Stands first in the line of the status. */
  readonly lead: React.ReactNode;
  readonly onFilter: (field: string, value: string, how: 'include' | 'exclude') => void;
  readonly onRange: (from: string, to: string) => void;
  readonly onRun: (query: string) => void;
  readonly onRefresh: () => void;
}

/** What pipes made of the events: a chart of it where there is one, and the table. */
export function PipeResults({ asked, utc, lead, onFilter, onRange, onRun, onRefresh }: PipeResultsProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const answer = useTable(asked);
  const data = useLastGood(answer.data);
  const filterable = useMemo(() => filterableColumns(asked.query), [asked.query]);
  const [kind, setKind] = useState<'lines' | 'bars' | null>(null);
  const series = useMemo(() => (data === undefined ? null : seriesOf(data)), [data]);
  const drawn = kind ?? (data !== undefined && addsUp(data) ? 'bars' : 'lines');
  const nothing = data !== undefined && !answer.isError && (data.rows.length === 0 || (data.hints?.length ?? 0) > 0);
  return (
    <>
      {series !== null && <SeriesChart data={series} kind={drawn} utc={utc} onZoom={onRange} />}
      <div className="status">
        {lead}
        <ResultStatus data={data} />
        <Slow busy={answer.isFetching} onCancel={() => void queries.cancelQueries()} />
        <span className="grow" />
        {series !== null && (
          <SegmentedControl
            size="xs"
            value={drawn}
            onChange={(value) => setKind(value === 'lines' ? 'lines' : 'bars')}
            data={[
              { value: 'lines', label: t('result.lines') },
              { value: 'bars', label: t('result.bars') },
            ]}
          />
        )}
        {data !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => saveAs(new Blob([toCsv(data)], { type: 'text/csv' }), 'moalog.csv')}
          >
            {t('result.csv')}
          </Button>
        )}
      </div>
      {answer.isError && (
        <Failure
          error={answer.error}
          query={asked.query}
          kept={data !== undefined}
          onRetry={onRefresh}
          onReplace={onRun}
        />
      )}
      {nothing && (
        <NoHits
          from={asked.from}
          hints={data.hints ?? []}
          onRange={(from) => onRange(from, 'now')}
          onReplace={(wrong, right) => onRun(renamed(asked.query, wrong, right))}
        />
      )}
      {data !== undefined && (
        <Result data={data} filterable={filterable} utc={utc} onFilter={onFilter} onRange={onRange} />
      )}
    </>
  );
}

/** The query with another name in place of one, where it stands for itself. */
const renamed = (query: string, wrong: string, right: string): string =>
  query.replaceAll(new RegExp(`(?<![\\w.@-])${wrong.replace(/[^\w]/g, '\\$&')}(?![\\w.@-])`, 'g'), () => right);

function ResultStatus({ data }: { data: QueryResponse | undefined }) {
  const { t, i18n } = useTranslation();
  if (data === undefined) return null;
  return (
    <>
      <Text size="sm" fw={600} data-testid="result">
        {t('result.rows', { count: data.rows.length, formatted: data.rows.length.toLocaleString(i18n.language) })}
      </Text>
      <Text size="xs" c="dimmed">
        {t('table.took', { ms: Math.max(1, Math.round(data.elapsedMs)) })}
      </Text>
      {data.partial !== undefined && (
        <Text size="sm" c="orange.9">
          {t('state.partial')}: {t(`partial.${data.partial.reason}`)}
        </Text>
      )}
    </>
  );
}

/** A table, or one number in large. */
function Result({
  data,
  filterable,
  utc,
  onFilter,
  onRange,
}: Pick<PipeResultsProps, 'utc' | 'onFilter' | 'onRange'> & { data: QueryResponse; filterable: ReadonlySet<string> }) {
  const { i18n } = useTranslation();
  const [row] = data.rows;
  if (data.rows.length === 1 && row !== undefined && data.columns.every(({ type }) => type === 'number'))
    return (
      <dl className="result-numbers" id="events">
        {data.columns.map(({ name }, i) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof row[i] === 'number' ? formatNumber(row[i], i18n.language) : '–'}</dd>
          </div>
        ))}
      </dl>
    );
  const intervalMs = data.chart?.kind === 'time' ? data.chart.intervalMs : 0;
  return (
    <ResultTable
      data={data}
      filterable={filterable}
      utc={utc}
      onFilter={onFilter}
      onTime={(time) => onRange(time, new Date(Date.parse(time) + intervalMs).toISOString())}
    />
  );
}
