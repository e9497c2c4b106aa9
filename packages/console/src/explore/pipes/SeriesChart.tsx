import { Paper, Text, UnstyledButton } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { colorOf } from '../../app/theme.ts';
import { BOTTOM_PX, LABEL_PX, LEFT_PX, niceTop, RIGHT_PX, Ticks, TOP_PX, timeLabel } from '../axes.tsx';
import { formatTime } from '../time.ts';
import { formatNumber, type Series, type TimeSeries } from './series.ts';

/** A pointer that moved less did not drag. */
const DRAG_PX = 4;

export interface SeriesChartProps {
  readonly data: TimeSeries;
  readonly kind: 'lines' | 'bars';
  readonly utc: boolean;
  readonly onZoom: (from: string, to: string) => void;
}

/** Values over time, a line or a stack of bars a series. Drag zooms. */
export function SeriesChart({ data, kind, utc, onZoom }: SeriesChartProps) {
  const { t, i18n } = useTranslation();
  const { ref, width, height } = useElementSize();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hover, setHover] = useState<number | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const { times, intervalMs } = data;
  const shown = data.series
    .map((series, i) => ({ ...series, color: colorOf(series.colorKey, i) }))
    .filter(({ name }) => !hidden.has(name));
  const highest = Math.max(0, ...times.map((_time, i) => heightAt(shown, i, kind)));
  const top = niceTop(highest === 0 ? 1 : highest);
  const step = Math.max(1, width - LEFT_PX - RIGHT_PX) / Math.max(1, times.length);
  const inner = Math.max(1, height - TOP_PX - BOTTOM_PX);
  const x = (i: number): number => LEFT_PX + (i + 0.5) * step;
  const y = (value: number): number => TOP_PX + inner * (1 - value / top);
  const label = timeLabel(times.length, intervalMs, utc);
  const every = Math.max(1, Math.ceil(LABEL_PX / step));
  const pointAt = (event: React.PointerEvent): number => {
    const left = event.currentTarget.getBoundingClientRect().left + LEFT_PX;
    return Math.min(times.length - 1, Math.max(0, Math.floor((event.clientX - left) / step)));
  };
  const end = (event: React.PointerEvent): void => {
    setDrag(null);
    const [a = '', b = ''] = [drag?.from, pointAt(event)].map((i) => times[i ?? 0]).sort();
    if (drag === null || Math.abs(drag.from - pointAt(event)) * step < DRAG_PX) return;
    onZoom(a, new Date(Date.parse(b) + intervalMs).toISOString());
  };
  return (
    <div className="series">
      <div ref={ref} className="series-plot">
        <svg
          width="100%"
          height="100%"
          role="img"
          aria-label={`${t('result.chart')}. ${t('result.chart.help')}`}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setDrag({ from: pointAt(event), to: pointAt(event) });
          }}
          onPointerMove={(event) => {
            setHover(pointAt(event));
            if (drag !== null) setDrag({ ...drag, to: pointAt(event) });
          }}
          onPointerLeave={() => setHover(null)}
          onPointerUp={end}
        >
          <Ticks top={top} width={width} y={y} />
          {times.map(
            (time, i) =>
              i % every === 0 &&
              i * step + LABEL_PX / 2 < width - LEFT_PX && (
                <text key={time} x={LEFT_PX + i * step} y={height - 5} className="tick">
                  {label(time)}
                </text>
              ),
          )}
          {kind === 'bars'
            ? times.map((time, i) => (
                <Stack key={time} series={shown} at={i} x={LEFT_PX + i * step} width={step} y={y} />
              ))
            : shown.map((series) => <Line key={series.name} series={series} x={x} y={y} />)}
          {hover !== null && drag === null && (
            <line x1={x(hover)} x2={x(hover)} y1={TOP_PX} y2={TOP_PX + inner} stroke="currentColor" opacity={0.35} />
          )}
          {drag !== null && (
            <rect
              x={LEFT_PX + Math.min(drag.from, drag.to) * step}
              width={(Math.abs(drag.from - drag.to) + 1) * step}
              y={TOP_PX}
              height={inner}
              fill="var(--mantine-primary-color-filled)"
              opacity={0.25}
            />
          )}
        </svg>
        {hover !== null && drag === null && (
          <Paper
            withBorder
            shadow="sm"
            p={6}
            className="histogram-tip"
            style={hover > times.length / 2 ? { left: LEFT_PX + 8 } : { right: RIGHT_PX + 8 }}
          >
            <Text size="xs" fw={600}>
              {formatTime(times[hover] ?? '', utc).slice(0, 19)}
            </Text>
            {shown.map(({ name, color, values }) => (
              <Text size="xs" key={name}>
                <span style={{ color }}>■</span> {name}{' '}
                {typeof values[hover] === 'number' ? formatNumber(values[hover], i18n.language) : '–'}
              </Text>
            ))}
          </Paper>
        )}
      </div>
      <div className="series-names">
        {data.series.map(({ name, colorKey }, i) => (
          <UnstyledButton
            key={name}
            className="series-name"
            aria-pressed={!hidden.has(name)}
            onClick={() =>
              setHidden(new Set(hidden.has(name) ? [...hidden].filter((each) => each !== name) : [...hidden, name]))
            }
          >
            <span aria-hidden style={{ color: colorOf(colorKey, i) }}>
              ■
            </span>{' '}
            {name}
          </UnstyledButton>
        ))}
        {data.more > 0 && (
          <Text size="xs" c="dimmed">
            {t('result.more', { count: data.more })}
          </Text>
        )}
      </div>
    </div>
  );
}

type Drawn = Series & { readonly color: string };

const heightAt = (series: readonly Series[], i: number, kind: 'lines' | 'bars'): number =>
  kind === 'bars'
    ? series.reduce((sum, { values }) => sum + Math.max(0, values[i] ?? 0), 0)
    : Math.max(0, ...series.map(({ values }) => values[i] ?? 0));

function Stack({
  series,
  at,
  x,
  width,
  y,
}: {
  series: readonly Drawn[];
  at: number;
  x: number;
  width: number;
  y: (value: number) => number;
}) {
  let below = 0;
  return series.map(({ name, color, values }) => {
    const value = Math.max(0, values[at] ?? 0);
    if (value === 0) return null;
    const from = below;
    below += value;
    return (
      <rect
        key={name}
        x={x + 0.5}
        width={Math.max(1, width - 1)}
        y={y(below)}
        height={Math.max(1, y(from) - y(below))}
        fill={color}
      />
    );
  });
}

/** Broken where there is no value; a value alone is a dot. */
function Line({ series, x, y }: { series: Drawn; x: (i: number) => number; y: (value: number) => number }) {
  const { values, color } = series;
  let path = '';
  const dots: number[] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    const begins = (values[i - 1] ?? null) === null;
    if (begins && (values[i + 1] ?? null) === null) dots.push(i);
    path += `${begins ? 'M' : 'L'}${x(i).toFixed(1)},${y(Math.max(0, value)).toFixed(1)}`;
  });
  return (
    <g>
      <path d={path} fill="none" stroke={color} strokeWidth={1.75} strokeLinejoin="round" />
      {dots.map((i) => (
        <circle key={i} cx={x(i)} cy={y(Math.max(0, values[i] ?? 0))} r={2.5} fill={color} />
      ))}
    </g>
  );
}
