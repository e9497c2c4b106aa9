import { EVENT_COLUMNS } from '@moalog/contract';
import type { Expression, Pipe } from '@moalog/search-language/pipes';
import { compileCondition } from '../compile/condition.ts';
import { inProjects, inRange, type Scope } from '../compile/scope.ts';
import { join, type Sql, sql, unsafeSql } from '../compile/sql.ts';
import { answeredByRollup, isRollupColumn, ROLLUP_GRAIN_MS, splitByGrain, whereSlices } from '../histogram/rollup.ts';
import type { Bars } from './bars.ts';
import type { Rows } from './rows.ts';

const NEWEST_FIRST = [unsafeSql('timestamp DESC')];

/** The table of events itself. */
export const LOGS = unsafeSql('logs');

/** The events that the filter finds. */
export const eventRows = ({ where }: Scope): Rows => ({
  shape: 'events',
  from: LOGS,
  where,
  columns: [],
  order: NEWEST_FIRST,
  weight: null,
  chart: null,
});

/**
 * The same events counted in slices of ten seconds, when filter and first pipe ask for nothing else: whole slices from the rollup, and the ends of the
 * range that cut a slice from the events themselves. Null when only the events can answer.
 */
export function rollupRows(scope: Scope, first: Pipe | undefined, bars: Bars | null): Rows | null {
  if (first === undefined || !answeredByRollup(scope.tree) || !countsOnly(first)) return null;
  if (bars !== null && (bars.intervalMs % ROLLUP_GRAIN_MS !== 0 || bars.startMs % ROLLUP_GRAIN_MS !== 0)) return null;
  const split = splitByGrain(scope.range);
  if (split === null) return null;
  const conditions = scope.tree === null ? [] : [compileCondition(scope.tree, scope.nowMs)];
  const parts = [
    sql`SELECT project, service, environment, level, toDateTime64(time, 9, 'UTC') AS timestamp, events FROM logs_10s WHERE ${whereSlices(scope, split.whole)}`,
    ...split.ends.map(
      (end): Sql =>
        sql`SELECT project, service, environment, level, timestamp, toUInt64(1) AS events FROM logs WHERE ${join([inProjects(scope.projects), inRange(end), ...conditions], ' AND ')}`,
    ),
  ];
  return { ...eventRows(scope), from: sql`(${join(parts, ' UNION ALL ')})`, where: null, weight: unsafeSql('events') };
}

/** Whether a pipe asks of events only how many there are, by what the rollup counts by. */
function countsOnly(pipe: Pipe): boolean {
  switch (pipe.pipe) {
    case 'count':
      return pipe.by.every(({ name }) => isRollupColumn(name));
    case 'top':
    case 'rare':
      return pipe.fields.every(({ name }) => isRollupColumn(name));
    case 'stats':
    case 'timechart':
      return (
        pipe.by.every(({ name }) => isRollupColumn(name)) &&
        pipe.aggregates.every(
          ({ function: name, argument }) =>
            (argument === null && (name === 'count' || name === 'rate')) ||
            (argument !== null && name === 'count_if' && isAboutRollup(argument)),
        )
      );
    default:
      return false;
  }
}

function isAboutRollup(expression: Expression): boolean {
  switch (expression.type) {
    case 'test':
      return isRollupColumn(expression.field);
    case 'name':
      return isRollupColumn(expression.name);
    case 'call':
      return expression.arguments.every(isAboutRollup);
    case 'unary':
      return isAboutRollup(expression.operand);
    case 'binary':
      return isAboutRollup(expression.left) && isAboutRollup(expression.right);
    default:
      return true;
  }
}

/** Columns of an event that a group hardly ever has twice. */
const UNBOUNDED = new Set<string>([
  'message',
  'trace_id',
  'span_id',
  'event_id',
  'attributes',
  'timestamp',
  'received_at',
]);
/** Columns of which there are few values. */
export const FEW_VALUES: ReadonlySet<string> = new Set(EVENT_COLUMNS.filter((name) => !UNBOUNDED.has(name)));
