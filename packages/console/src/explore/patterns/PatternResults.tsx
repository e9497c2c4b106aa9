import './texts.ts';
import './patterns.css';
import { ActionIcon, Text, Tooltip, UnstyledButton } from '@mantine/core';
import type { Pattern, PatternsResponse } from '@moalog/contract';
import { IconFilter, IconFilterOff } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { colorOf } from '../../app/theme.ts';
import { type Asked, usePatterns } from '../questions.ts';
import { Failure, NoHits, Slow } from '../Status.tsx';
import { formatTime } from '../time.ts';
import { useLastGood } from '../useLastGood.ts';

export interface PatternResultsProps {
  readonly asked: Asked;
  readonly utc: boolean;
  /** Stands first in the line of the status. */
  readonly lead: React.ReactNode;
  /** Takes a condition of the search language. */
  readonly onFilter: (condition: string, how: 'include' | 'exclude') => void;
  readonly onRange: (from: string, to: string) => void;
  readonly onRefresh: () => void;
}

/** Similar messages as one, the most frequent first. */
export function PatternResults({ asked, utc, lead, onFilter, onRange, onRefresh }: PatternResultsProps) {
  const queries = useQueryClient();
  const answer = usePatterns(asked);
  const data = useLastGood(answer.data);
  return (
    <>
      <div className="status">
        {lead}
        <PatternStatus data={data} />
        <Slow busy={answer.isFetching} onCancel={() => void queries.cancelQueries()} />
      </div>
      {answer.isError && (
        <Failure error={answer.error} query={asked.query} kept={data !== undefined} onRetry={onRefresh} />
      )}
      {data !== undefined && data.patterns.length === 0 && !answer.isError && (
        <NoHits from={asked.from} hints={[]} onRange={(from) => onRange(from, 'now')} onReplace={() => {}} />
      )}
      {data !== undefined && data.patterns.length > 0 && <PatternTable data={data} utc={utc} onFilter={onFilter} />}
    </>
  );
}

function PatternStatus({ data }: { data: PatternsResponse | undefined }) {
  const { t, i18n } = useTranslation();
  if (data === undefined) return null;
  const format = (count: number): string => count.toLocaleString(i18n.language);
  return (
    <>
      <Text size="sm" fw={600} data-testid="patterns">
        {t('patterns.count', {
          count: data.patterns.length + data.rest.patterns,
          formatted: format(data.patterns.length + data.rest.patterns),
        })}
      </Text>
      <Text size="xs" c="dimmed">
        {data.sampled
          ? t('patterns.sampled', {
              count: data.total,
              sample: format(data.sampledEvents),
              formatted: format(data.total),
            })
          : t('patterns.of', { count: data.total, formatted: format(data.total) })}{' '}
        · {t('table.took', { ms: Math.max(1, Math.round(data.elapsedMs)) })} · {t('patterns.marked')}
      </Text>
      {data.partial !== undefined && (
        <Text size="sm" c="orange.9">
          {t('state.partial')}: {t(`partial.${data.partial.reason}`)}
        </Text>
      )}
    </>
  );
}

function PatternTable({
  data,
  utc,
  onFilter,
}: Pick<PatternResultsProps, 'utc' | 'onFilter'> & { data: PatternsResponse }) {
  const { t, i18n } = useTranslation();
  const top = data.patterns[0]?.count ?? 1;
  return (
    <div className="grid" id="events">
      <table className="patterns">
        <thead>
          <tr>
            <th scope="col" className="figure">
              {t('patterns.events')}
            </th>
            <th scope="col">{t('patterns.trend')}</th>
            <th scope="col">{t('patterns.levels')}</th>
            <th scope="col">{t('patterns.pattern')}</th>
          </tr>
        </thead>
        <tbody>
          {data.patterns.map((pattern) => (
            <PatternRow key={pattern.include} pattern={pattern} top={top} utc={utc} onFilter={onFilter} />
          ))}
        </tbody>
      </table>
      {data.rest.patterns > 0 && (
        <Text size="sm" c="dimmed" p="sm">
          {t('patterns.rest', {
            count: data.rest.patterns,
            formatted: data.rest.patterns.toLocaleString(i18n.language),
            events: data.rest.count.toLocaleString(i18n.language),
          })}
        </Text>
      )}
    </div>
  );
}

function PatternRow({
  pattern,
  top,
  utc,
  onFilter,
}: Pick<PatternResultsProps, 'utc' | 'onFilter'> & { pattern: Pattern; top: number }) {
  const { t, i18n } = useTranslation();
  const seen = t('patterns.seen', {
    first: formatTime(pattern.firstSeen, utc).slice(0, 16),
    last: formatTime(pattern.lastSeen, utc).slice(0, 16),
  });
  const percent = pattern.share.toLocaleString(i18n.language, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <tr>
      <td className="figure" style={{ '--bar': `${(100 * pattern.count) / top}%` }}>
        {pattern.count.toLocaleString(i18n.language)}
        <small>{percent}</small>
      </td>
      <td>
        <Trend values={pattern.trend} label={seen} />
      </td>
      <td>
        <Levels levels={pattern.levels} />
      </td>
      <td className="pattern-text">
        <UnstyledButton
          className="message"
          onClick={() => onFilter(pattern.include, 'include')}
          title={t('patterns.only')}
        >
          {placed(pattern.parts).map(({ at, part }) =>
            'text' in part ? (
              part.text
            ) : (
              <span key={at} className="variable" title={part.examples.join('\n')}>
                {part.examples[0] ?? '∅'}
              </span>
            ),
          )}
        </UnstyledButton>
        <span className="pattern-acts">
          <Act
            label={t('patterns.only')}
            icon={<IconFilter size={14} />}
            onClick={() => onFilter(pattern.include, 'include')}
          />
          <Act
            label={t('patterns.without')}
            icon={<IconFilterOff size={14} />}
            onClick={() => onFilter(pattern.exclude, 'exclude')}
          />
        </span>
      </td>
    </tr>
  );
}

/** The parts with how much stands before each, as names that stay. */
function placed(parts: Pattern['parts']): { readonly at: number; readonly part: Pattern['parts'][number] }[] {
  let at = 0;
  return parts.map((part) => {
    at += 'text' in part ? part.text.length : 1;
    return { at, part };
  });
}

function Act({ label, icon, onClick }: { label: string; icon: React.ReactNode; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" variant="subtle" color="gray" c="dimmed" aria-label={label} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

const TREND = { width: 120, height: 22 };

function Trend({ values, label }: { values: readonly number[]; label: string }) {
  const top = Math.max(1, ...values);
  const step = TREND.width / Math.max(1, values.length);
  return (
    <svg width={TREND.width} height={TREND.height} role="img" aria-label={label}>
      <title>{label}</title>
      <path
        className="trend"
        d={values
          .map((value, i) => {
            const height = value === 0 ? 0 : Math.max(1, (TREND.height * value) / top);
            const width = Math.max(1, step - 0.5);
            return `M${i * step},${TREND.height}v${-height}h${width}v${height}z`;
          })
          .join('')}
      />
    </svg>
  );
}

/** Shares of the levels as one bar, and the most frequent by name. */
function Levels({ levels }: { levels: Readonly<Record<string, number>> }) {
  const { t, i18n } = useTranslation();
  const sorted = Object.entries(levels).sort((a, b) => b[1] - a[1]);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const name = (level: string): string => (level === '' ? t('histogram.noLevel') : level);
  const [most] = sorted;
  return (
    <span title={sorted.map(([level, count]) => `${name(level)} ${count.toLocaleString(i18n.language)}`).join('\n')}>
      <span className="level-mix" aria-hidden>
        {sorted.map(([level, count], i) => (
          <span
            key={level}
            style={{ width: `${(100 * count) / Math.max(1, total)}%`, background: colorOf(level, i) }}
          />
        ))}
      </span>
      {most !== undefined && `${name(most[0])}${sorted.length > 1 ? ` +${sorted.length - 1}` : ''}`}
    </span>
  );
}
