import { Button, Text } from '@mantine/core';
import type { HistogramResponse, Partial as PartialAnswer } from '@moalog/contract';
import { useTranslation } from 'react-i18next';
import type { Live } from './live.ts';

export interface StatusLineProps {
  readonly bars: HistogramResponse | undefined;
  readonly previous: HistogramResponse | undefined;
  readonly tookMs: number | undefined;
  readonly live: Live | null;
  /** Events that came while the list stands still. */
  readonly waiting: number;
  readonly partial: PartialAnswer | undefined;
}

/** How much was found, how fast, and what is missing from it. */
export function StatusLine({ bars, previous, tookMs, live, waiting, partial }: StatusLineProps) {
  const { t, i18n } = useTranslation();
  const format = (count: number): string => count.toLocaleString(i18n.language);
  const change =
    bars === undefined || previous === undefined || previous.total === 0
      ? null
      : Math.round((100 * (bars.total - previous.total)) / previous.total);
  return (
    <>
      {bars !== undefined && (
        <Text size="sm" fw={600} data-testid="found">
          {t('table.found', { count: bars.total, formatted: format(bars.total) })}
        </Text>
      )}
      {change !== null && (
        <Text size="xs" c="dimmed" data-testid="change">
          {t('histogram.change', { change: `${change > 0 ? '+' : ''}${format(change)}` })}
        </Text>
      )}
      {tookMs !== undefined && live === null && (
        <Text size="xs" c="dimmed">
          {t('table.took', { ms: Math.max(1, Math.round(tookMs)) })}
        </Text>
      )}
      {live !== null && live.error === null && (
        <Text
          size="sm"
          role="status"
          data-testid="live"
          data-received={live.received}
          data-skipped={live.skipped}
          className={live.connected ? 'on-air' : ''}
        >
          {live.connected
            ? t('live.rate', { rate: format(Math.round(live.perSecond * 10) / 10) })
            : t(live.received > 0 ? 'live.lost' : 'live.connecting')}
          {live.skipped > 0 && ` · ${t('live.skipped', { count: live.skipped, formatted: format(live.skipped) })}`}
        </Text>
      )}
      {waiting > 0 && (
        <Button size="compact-xs" onClick={() => document.getElementById('events')?.scrollTo({ top: 0 })}>
          {t('live.resume', { count: waiting, formatted: format(waiting) })}
        </Button>
      )}
      {partial !== undefined && (
        <Text size="sm" c="orange.9">
          {t('state.partial')}: {t(`partial.${partial.reason}`)}
        </Text>
      )}
    </>
  );
}
