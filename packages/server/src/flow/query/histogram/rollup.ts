import type { SearchNode } from '@moalog/search-language';
import { compileCondition } from '../compile/condition.ts';
import { resolveField } from '../compile/field.ts';
import { inProjects, type Scope } from '../compile/scope.ts';
import { join, type Sql, sql, unsafeSql } from '../compile/sql.ts';
import type { TimeRange } from '../time-range.ts';

/** What `logs_10s` counts by. */
const ROLLUP_COLUMNS = new Set(['project', 'service', 'environment', 'level']);
export const ROLLUP_GRAIN_MS = 10_000;

/** Whether the rollup can answer: every condition is about a column it has. */
export function answeredByRollup(tree: SearchNode | null): boolean {
  if (tree === null) return true;
  switch (tree.type) {
    case 'and':
    case 'or':
      return tree.parts.every(answeredByRollup);
    case 'not':
      return answeredByRollup(tree.part);
    case 'text':
      return false;
    case 'field':
      return isRollupColumn(tree.field);
  }
}

export function isRollupColumn(name: string): boolean {
  const field = resolveField(name);
  return field.kind === 'text' && ROLLUP_COLUMNS.has(field.name);
}

const GRAIN = BigInt(ROLLUP_GRAIN_MS) * 1_000_000n;
/** Slices stay longer than their events, by the month: those of a day over their time count no more. */
const UNEXPIRED = unsafeSql('expires > now() - toIntervalDay(1)');

const floorTo = (value: bigint, grain: bigint): bigint => value - (((value % grain) + grain) % grain);
const ceilTo = (value: bigint, grain: bigint): bigint => -floorTo(-value, grain);

/** The whole slices of a range, and the ends that cut a slice; null when there is no whole one. */
export function splitByGrain({
  from,
  to,
}: TimeRange): { readonly whole: TimeRange; readonly ends: TimeRange[] } | null {
  const whole = { from: ceilTo(from, GRAIN), to: floorTo(to, GRAIN) };
  if (whole.from >= whole.to) return null;
  const ends = [
    { from, to: whole.from },
    { from: whole.to, to },
  ];
  return { whole, ends: ends.filter((end) => end.from < end.to) };
}

/** Slices of the range that match, as a condition over columns of `logs_10s`. */
export function whereSlices({ projects, tree, nowMs }: Scope, { from, to }: TimeRange): Sql {
  const seconds = (nanos: bigint): Sql => sql`toDateTime(${nanos / 1_000_000_000n}, 'UTC')`;
  const conditions = [inProjects(projects), sql`time >= ${seconds(from)} AND time < ${seconds(to)}`, UNEXPIRED];
  return join([...conditions, ...(tree === null ? [] : [compileCondition(tree, nowMs)])], ' AND ');
}
