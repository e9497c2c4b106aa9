import type { Pattern } from '@moalog/contract';
import { cluster } from './cluster.ts';
import { describe } from './describe.ts';

/** Messages of a sample, column by column, as the store answers sample.ts in JSONColumnsWithMetadata: equal ones of one level and bar once. */
export interface Sample {
  readonly data: {
    readonly line: readonly string[];
    readonly severity: readonly string[];
    readonly bar: readonly number[];
    /** 1 when the message goes on behind the line. */
    readonly cut: readonly number[];
    readonly events: readonly number[];
  };
  readonly statistics: { readonly rows_read: number; readonly bytes_read: number };
}

export interface GroupOrder {
  /** JSON of a Sample. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly bars: number;
  /** Patterns described, the most frequent ones. */
  readonly limit: number;
}

export interface Grouped {
  readonly patterns: readonly (Omit<Pattern, 'share' | 'firstSeen' | 'lastSeen'> & {
    readonly firstBar: number;
    readonly lastBar: number;
  })[];
  /** Those that are not described. */
  readonly rest: { readonly patterns: number; readonly count: number };
  readonly events: number;
  readonly scanned: { readonly rows: number; readonly bytes: number };
}

interface Group {
  readonly words: readonly string[];
  readonly rows: number[];
  events: number;
}

/** The patterns of a sample. Takes the time of a core: for a worker thread. */
export function groupSample({ body, bars: barCount, limit }: GroupOrder): Grouped {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  const { data, statistics }: Sample = JSON.parse(text);
  const { line: lines, events } = data;
  const { templates, templateOf } = cluster(lines, events);
  const groups = templates.map(({ words }): Group => ({ words, rows: [], events: 0 }));
  templateOf.forEach((template, row) => {
    const group = groups[template];
    group?.rows.push(row);
    if (group !== undefined) group.events += events[row] ?? 0;
  });
  groups.sort((a, b) => b.events - a.events);
  const left = groups.slice(limit);
  return {
    patterns: groups.slice(0, limit).map((group) => described(group, data, barCount)),
    rest: { patterns: left.length, count: left.reduce((sum, group) => sum + group.events, 0) },
    events: groups.reduce((sum, group) => sum + group.events, 0),
    scanned: { rows: Number(statistics.rows_read), bytes: Number(statistics.bytes_read) },
  };
}

function described(
  { words, rows, events }: Group,
  data: Sample['data'],
  barCount: number,
): Grouped['patterns'][number] {
  const { line: lines, severity: levels, bar: bars, cut, events: counts } = data;
  const trend = Array.from({ length: barCount }, () => 0);
  const byLevel: Record<string, number> = {};
  for (const row of rows) {
    const count = counts[row] ?? 0;
    const bar = Math.min(barCount - 1, Math.max(0, bars[row] ?? 0));
    const level = levels[row] ?? '';
    trend[bar] = (trend[bar] ?? 0) + count;
    byLevel[level] = (byLevel[level] ?? 0) + count;
  }
  const distinct = new Set(rows.map((row) => lines[row] ?? ''));
  const { parts, include, exclude } = describe(
    words,
    distinct,
    rows.some((row) => cut[row] === 1),
  );
  const [example = ''] = distinct;
  return {
    pattern: parts.map((part) => ('text' in part ? part.text : '<*>')).join(''),
    parts,
    count: events,
    levels: byLevel,
    trend,
    example,
    include,
    exclude,
    firstBar: trend.findIndex((count) => count > 0),
    lastBar: trend.findLastIndex((count) => count > 0),
  };
}
