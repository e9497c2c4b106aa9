import type { QueryResponse } from '@moalog/contract';

export interface Series {
  readonly name: string;
  /** What its colour goes by: the value of a single group, so that levels have theirs. */
  readonly colorKey: string;
  /** A value a point of time; null where there is none. */
  readonly values: readonly (number | null)[];
}

export interface TimeSeries {
  readonly times: readonly string[];
  readonly series: readonly Series[];
  readonly intervalMs: number;
  /** Series that are not drawn: those with the least. */
  readonly more: number;
}

/** More lines cannot be told apart. */
const MAX_DRAWN = 12;

/** The rows of a timechart as lines; null when the answer is none. */
export function seriesOf({ columns, rows, chart }: QueryResponse): TimeSeries | null {
  if (chart?.kind !== 'time') return null;
  const index = (name: string): number => columns.findIndex((column) => column.name === name);
  const time = index(chart.time);
  const groups = chart.groups.map(index);
  const values = chart.values.map((name) => ({ name, at: index(name) }));
  const times = [...new Set(rows.map((row) => String(row[time])))].sort();
  const place = new Map(times.map((each, i) => [each, i]));
  const found = new Map<string, { readonly colorKey: string; readonly points: (number | null)[] }>();
  for (const row of rows) {
    const cells = groups.map((at) => String(row[at] ?? ''));
    const group = cells.map((cell) => cell || '–');
    const colorKey = cells.length === 1 ? (cells[0] ?? '–') : '–';
    for (const { name, at } of values) {
      const series = [...group, ...(values.length > 1 || group.length === 0 ? [name] : [])].join(' · ');
      const { points } = found.get(series) ?? { points: times.map(() => null) };
      const value = row[at];
      points[place.get(String(row[time])) ?? 0] = typeof value === 'number' ? value : null;
      found.set(series, { colorKey, points });
    }
  }
  const all = [...found].map(([name, { colorKey, points }]) => ({
    name,
    colorKey,
    values: points,
    size: sizeOf(points),
  }));
  const drawn = all.sort((a, b) => b.size - a.size).slice(0, MAX_DRAWN);
  return { times, series: drawn, intervalMs: chart.intervalMs, more: all.length - drawn.length };
}

const sizeOf = (values: readonly (number | null)[]): number =>
  values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0);

/** Whether values of one point add up to something: then they stand on each other. */
export const addsUp = ({ chart }: QueryResponse): boolean =>
  chart?.values.every((name) => /^(count|rate|sum)\b/.test(name)) ?? false;

/** Numbers as people read them: whole ones whole, small ones with the digits that count. */
export function formatNumber(value: number, language: string): string {
  const digits = Math.abs(value) < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 };
  return value.toLocaleString(language, digits);
}
