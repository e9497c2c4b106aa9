import { useTranslation } from 'react-i18next';
import { formatTime } from './time.ts';

export const LEFT_PX = 44;
export const RIGHT_PX = 8;
export const BOTTOM_PX = 18;
export const TOP_PX = 8;
export const LABEL_PX = 90;
const DAY_MS = 86_400_000;

/** Lines across a chart with their numbers. */
export function Ticks({ top, width, y }: { top: number; width: number; y: (value: number) => number }) {
  const { i18n } = useTranslation();
  return [0, top / 2, top].map((tick) => (
    <g key={tick}>
      <line x1={LEFT_PX} x2={width - RIGHT_PX} y1={y(tick)} y2={y(tick)} stroke="currentColor" opacity={0.15} />
      <text x={LEFT_PX - 6} y={y(tick) + 4} textAnchor="end" className="tick">
        {new Intl.NumberFormat(i18n.language, { notation: 'compact' }).format(tick)}
      </text>
    </g>
  ));
}

/** How points of time are written below a chart: with the day when it is longer than one. */
export function timeLabel(points: number, intervalMs: number, utc: boolean): (start: string) => string {
  const part = points * intervalMs > DAY_MS ? ([5, 16] as const) : ([11, intervalMs < 60_000 ? 19 : 16] as const);
  return (start) => formatTime(start, utc).slice(...part);
}

/** The next 1, 2, 4, 6 or 8 times a power of ten. */
export function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}
