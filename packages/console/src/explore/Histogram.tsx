import type { HistogramResponse } from '@moalog/contract';
import { useComputedColorScheme } from '@mantine/core';
import type { ECharts } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { colorOf } from '../app/theme.ts';
import { formatTime } from './time.ts';

const LEVEL_ORDER = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', ''];

export interface HistogramProps {
  readonly data: HistogramResponse | undefined;
  readonly utc: boolean;
  readonly onZoom: (from: string, to: string) => void;
  readonly onLevel: (level: string) => void;
}

/** Events over time, stacked by level. Drag zooms, a click filters. The chart library is loaded when it is first needed. */
export function Histogram({ data, utc, onZoom, onLevel }: HistogramProps) {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const latest = useRef({ data, onZoom, onLevel });
  latest.current = { data, onZoom, onLevel };

  useEffect(() => {
    let ended = false;
    let watch: ResizeObserver | undefined;
    void import('./chart.ts').then(({ openChart }) => {
      if (ended || host.current === null) return;
      const opened = openChart(host.current);
      chart.current = opened;
      opened.on('brushEnd', (event) => {
        const range = (event as { areas?: { coordRange?: [number, number] }[] }).areas?.[0]?.coordRange;
        const buckets = latest.current.data?.buckets;
        opened.dispatchAction({ type: 'brush', areas: [] });
        if (range === undefined || buckets === undefined) return;
        const first = buckets[Math.max(0, Math.min(...range))];
        const last = buckets[Math.min(buckets.length - 1, Math.max(...range))];
        if (first === undefined || last === undefined) return;
        latest.current.onZoom(first.start, new Date(Date.parse(last.start) + (latest.current.data?.intervalMs ?? 0)).toISOString());
      });
      opened.on('click', (event) => latest.current.onLevel(String((event as { seriesId?: string }).seriesId ?? '')));
      watch = new ResizeObserver(() => opened.resize());
      watch.observe(host.current);
      draw();
    });
    return () => {
      ended = true;
      watch?.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);

  function draw(): void {
    const shown = latest.current.data;
    if (chart.current === null || shown === undefined) return;
    const levels = [...new Set(shown.buckets.flatMap((bucket) => Object.keys(bucket.counts)))].sort((a, b) => LEVEL_ORDER.indexOf(a) - LEVEL_ORDER.indexOf(b));
    const ink = scheme === 'dark' ? '#c1c2c5' : '#495057';
    chart.current.setOption(
      {
        animation: false,
        grid: { left: 48, right: 12, top: 8, bottom: 20 },
        tooltip: { trigger: 'axis', confine: true, axisPointer: { type: 'shadow' }, backgroundColor: scheme === 'dark' ? '#25262b' : '#fff', textStyle: { color: ink, fontSize: 12 } },
        brush: { toolbox: [], xAxisIndex: 0, brushMode: 'single', throttleType: 'debounce', brushStyle: { color: 'rgba(16,152,173,.2)', borderColor: '#1098ad' } },
        xAxis: { type: 'category', data: shown.buckets.map((bucket) => formatTime(bucket.start, utc).slice(5, 19)), axisLabel: { color: ink, fontSize: 10 }, axisTick: { show: false }, axisLine: { lineStyle: { color: ink, opacity: 0.3 } } },
        yAxis: { type: 'value', splitNumber: 2, minInterval: 1, axisLabel: { color: ink, fontSize: 10 }, splitLine: { lineStyle: { opacity: 0.15 } } },
        series: levels.map((level, i) => ({
          id: level,
          name: level === '' ? t('histogram.noLevel') : level,
          type: 'bar',
          stack: 'events',
          barCategoryGap: '12%',
          itemStyle: { color: colorOf(level, i) },
          data: shown.buckets.map((bucket) => bucket.counts[level] ?? 0),
        })),
      },
      { replaceMerge: ['series'] },
    );
    chart.current.dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption: { brushType: 'lineX', brushMode: 'single' } });
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: draw reads what is listed through `latest`
  useEffect(draw, [data, scheme, utc, t]);

  return <div ref={host} className="histogram" role="img" aria-label={`${t('histogram.label')}. ${t('histogram.help')}`} data-total={data?.total} />;
}
