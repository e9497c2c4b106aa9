import { Paper, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { HistogramResponse } from '@moalog/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { colorOf } from '../app/theme.ts';
import { BOTTOM_PX, LABEL_PX, LEFT_PX, niceTop, RIGHT_PX, Ticks, TOP_PX, timeLabel } from './axes.tsx';
import { formatTime } from './time.ts';

/** From the bottom of a bar upwards: what is worst stands on the ground line, where it is compared best. */
const LEVEL_ORDER = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', ''];
/** A pointer that moved less is a click. */
const DRAG_PX = 4;

export interface HistogramProps {
  readonly data: HistogramResponse | undefined;
  /** The period before, of the same length. */
  readonly previous: HistogramResponse | undefined;
  readonly utc: boolean;
  readonly onZoom: (from: string, to: string) => void;
  readonly onLevel: (level: string) => void;
}

/** Events over time, stacked by level. Drag zooms, a click on a bar filters by its level. Drawn as SVG: a chart library would double the first load. */
export function Histogram({ data, previous, utc, onZoom, onLevel }: HistogramProps) {
  const { t, i18n } = useTranslation();
  const { ref, width, height } = useElementSize();
  const [drag, setDrag] = useState<{ from: number; to: number; left: number } | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const buckets = data?.buckets ?? [];
  const totals = buckets.map((bucket) => Object.values(bucket.counts).reduce((sum, count) => sum + count, 0));
  const before = previousCounts(data, previous);
  const top = niceTop(Math.max(1, ...totals, ...before));
  const innerWidth = Math.max(1, width - LEFT_PX - RIGHT_PX);
  const innerHeight = Math.max(1, height - TOP_PX - BOTTOM_PX);
  const barWidth = innerWidth / Math.max(1, buckets.length);
  const y = (count: number): number => TOP_PX + innerHeight * (1 - count / top);
  const levels = [...new Set(buckets.flatMap((bucket) => Object.keys(bucket.counts)))].sort(
    (a, b) => LEVEL_ORDER.indexOf(a) - LEVEL_ORDER.indexOf(b),
  );
  const label = timeLabel(buckets.length, data?.intervalMs ?? 0, utc);
  const every = Math.max(1, Math.ceil(LABEL_PX / barWidth));
  const bucketAt = (event: React.PointerEvent): number =>
    Math.min(
      buckets.length - 1,
      Math.max(0, Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT_PX) / barWidth)),
    );

  function zoom(a: number, b: number): void {
    const first = buckets[Math.min(a, b)];
    const last = buckets[Math.max(a, b)];
    if (first === undefined || last === undefined || data === undefined) return;
    onZoom(first.start, new Date(Date.parse(last.start) + data.intervalMs).toISOString());
  }

  const hovered = hover === null ? undefined : buckets[hover];
  return (
    <div ref={ref} className="histogram" data-total={data?.total}>
      <svg
        width="100%"
        height="100%"
        role="img"
        aria-label={`${t('histogram.label')}. ${t('histogram.help')}`}
        style={{ touchAction: 'pan-y', cursor: 'crosshair', userSelect: 'none' }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: event.clientX, to: event.clientX, left: event.currentTarget.getBoundingClientRect().left });
        }}
        onPointerMove={(event) => {
          setHover(bucketAt(event));
          if (drag !== null) setDrag({ ...drag, to: event.clientX });
        }}
        onPointerLeave={() => setHover(null)}
        onPointerUp={(event) => {
          if (drag === null) return;
          const left = drag.left + LEFT_PX;
          const index = (x: number): number =>
            Math.min(buckets.length - 1, Math.max(0, Math.floor((x - left) / barWidth)));
          setDrag(null);
          if (Math.abs(drag.to - drag.from) >= DRAG_PX) zoom(index(drag.from), index(drag.to));
          else {
            const clicked = document
              .elementsFromPoint(event.clientX, event.clientY)
              .find((element) => element instanceof SVGRectElement && element.dataset.level !== undefined);
            if (clicked instanceof SVGRectElement && clicked.dataset.level) onLevel(clicked.dataset.level);
          }
        }}
      >
        <Ticks top={top} width={width} y={y} />
        {buckets.map((bucket, i) => {
          let stacked = 0;
          return (
            <g key={bucket.start} opacity={hover === null || hover === i ? 1 : 0.75}>
              {levels.map((level, l) => {
                const count = bucket.counts[level] ?? 0;
                if (count === 0) return null;
                stacked += count;
                return (
                  <rect
                    key={level}
                    data-level={level}
                    x={LEFT_PX + i * barWidth + 0.5}
                    width={Math.max(1, barWidth - 1)}
                    y={y(stacked)}
                    height={Math.max(1.5, (innerHeight * count) / top)}
                    fill={colorOf(level, l)}
                  />
                );
              })}
              {i % every === 0 && i * barWidth + LABEL_PX / 2 < innerWidth && (
                <text x={LEFT_PX + i * barWidth} y={height - 5} className="tick">
                  {label(bucket.start)}
                </text>
              )}
            </g>
          );
        })}
        {before.length > 0 && (
          <path
            className="previous"
            d={before
              .map((count, i) => {
                const x = LEFT_PX + i * barWidth;
                return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)},${y(count).toFixed(1)}H${(x + barWidth).toFixed(1)}`;
              })
              .join('')}
          />
        )}
        {drag !== null && (
          <rect
            x={Math.min(drag.from, drag.to) - drag.left}
            width={Math.abs(drag.to - drag.from)}
            y={TOP_PX}
            height={innerHeight}
            fill="var(--mantine-primary-color-filled)"
            opacity={0.25}
          />
        )}
      </svg>
      {hovered !== undefined && drag === null && (
        <Paper
          withBorder
          shadow="sm"
          p={6}
          className="histogram-tip"
          style={(hover ?? 0) > buckets.length / 2 ? { left: LEFT_PX + 8 } : { right: RIGHT_PX + 8 }}
        >
          <Text size="xs" fw={600}>
            {formatTime(hovered.start, utc).slice(0, 19)}
          </Text>
          {levels.map((level, l) =>
            hovered.counts[level] === undefined ? null : (
              <Text size="xs" key={level}>
                <span style={{ color: colorOf(level, l) }}>■</span> {level === '' ? t('histogram.noLevel') : level}{' '}
                {hovered.counts[level].toLocaleString(i18n.language)}
              </Text>
            ),
          )}
          {hover !== null && before[hover] !== undefined && (
            <Text size="xs" c="dimmed">
              {t('histogram.previous', { formatted: before[hover].toLocaleString(i18n.language) })}
            </Text>
          )}
        </Paper>
      )}
    </div>
  );
}

/** The count of the period before for each bar; bars of both begin at different times when the range is no multiple of the interval. */
function previousCounts(data: HistogramResponse | undefined, previous: HistogramResponse | undefined): number[] {
  if (data === undefined || previous === undefined || previous.total === 0 || previous.intervalMs !== data.intervalMs)
    return [];
  const shift = Date.parse(data.to) - Date.parse(previous.to);
  const counts = new Map<number, number>();
  const first = Date.parse(data.buckets[0]?.start ?? data.from);
  for (const bucket of previous.buckets) {
    const index = Math.round((Date.parse(bucket.start) + shift - first) / data.intervalMs);
    const total = Object.values(bucket.counts).reduce((sum, count) => sum + count, 0);
    counts.set(index, (counts.get(index) ?? 0) + total);
  }
  return data.buckets.map((_, i) => counts.get(i) ?? 0);
}
