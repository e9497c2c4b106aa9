import { Loader, Text } from '@mantine/core';
import type { Event } from '@moalog/contract';
import { useTranslation } from 'react-i18next';
import { colorOf } from '../app/theme.ts';
import { withoutAnsi } from './ansi.ts';
import { useTrace } from './questions.ts';
import { messageOf } from './row-values.ts';
import { formatTime } from './time.ts';

/** Attributes that say how long an event took, in milliseconds. */
const DURATIONS = ['duration_ms', 'elapsed_ms', 'latency_ms', 'took_ms'];

/** The events of one trace in order, each at its place in the trace's time. An event that says how long it took ends where it stands. */
export function TraceView({
  event,
  project,
  utc,
  onOpen,
}: {
  event: Event;
  project: readonly string[];
  utc: boolean;
  onOpen: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { data, isPending } = useTrace(project, event);
  if (isPending || data === undefined) return <Loader size="sm" />;
  const spans = data.rows.map((row) => {
    const end = Date.parse(row.timestamp ?? '');
    const took = Number(DURATIONS.map((name) => row.attributes?.[name]).find((value) => value !== undefined) ?? 0);
    return { row, start: end - (Number.isFinite(took) && took > 0 ? took : 0), end };
  });
  const first = Math.min(...spans.map((span) => span.start));
  const width = Math.max(1, Math.max(...spans.map((span) => span.end)) - first);
  const services = [...new Set(data.rows.map((row) => row.service ?? ''))];
  return (
    <>
      <Text size="xs" c="dimmed" mb={6}>
        {t('trace.summary', { count: data.rows.length, services: services.length, ms: Math.round(width) })}
      </Text>
      {spans.map(({ row, start, end }) => (
        <button
          key={row.event_id}
          type="button"
          className="trace-event"
          aria-current={row.event_id === event.event_id}
          title={formatTime(row.timestamp ?? '', utc)}
          onClick={() => onOpen(row.event_id ?? '')}
        >
          <span className="trace-service">{row.service}</span>
          <span className="trace-line">
            <i
              style={{
                left: `${(100 * (start - first)) / width}%`,
                width: `${(100 * (end - start)) / width}%`,
                background:
                  row.level === 'error' || row.level === 'fatal'
                    ? colorOf('error', 0)
                    : colorOf(`service ${row.service}`, services.indexOf(row.service ?? '')),
              }}
            />
          </span>
          <span className="trace-message">
            <b className={`level-${row.level}`}>{row.level}</b> {withoutAnsi(messageOf(row)).slice(0, 200)}
          </span>
        </button>
      ))}
    </>
  );
}
