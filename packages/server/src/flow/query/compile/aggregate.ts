import { type Aggregate, type AggregateName, aggregateOf } from '@moalog/search-language/pipes';
import { compileExpression, type Names } from './expression.ts';
import { type Sql, sql, unsafeSql } from './sql.ts';
import { asNumber, isThere, type Value } from './value.ts';

/** What aggregates are made over. */
export interface Grouping {
  readonly names: Names;
  /** Column with the number of events that a row stands for; null when each row is one. */
  readonly weight: Sql | null;
  /** Time of a row, for what goes by time. */
  readonly time: Sql;
  /** Seconds that a group covers. */
  readonly seconds: number;
}

type Compile = (argument: Value | null, grouping: Grouping, share: number) => Value;

const number = (statement: Sql): Value => ({ type: 'number', sql: statement });
const counted = ({ weight }: Grouping): Sql => (weight === null ? sql`count()` : sql`sum(${weight})`);
const numeric = (argument: Value | null): Sql => (argument === null ? sql`NULL` : asNumber(argument));

/** Of numbers that came as text some may be NaN or infinite: one of them would spoil a sum. */
const ofFinite = (name: Sql, argument: Value | null): Sql =>
  argument?.type === 'text'
    ? sql`${name}If(${numeric(argument)}, ifNull(isFinite(${numeric(argument)}), 0))`
    : sql`${name}(${argument?.type === 'time' ? argument.sql : numeric(argument)})`;

const sumOf = (argument: Value | null): Sql => sql`ifNull(${ofFinite(sql`sum`, argument)}, 0)`;

/** Nothing, where there are no values. */
const ofValues =
  (name: Sql): Compile =>
  (argument) => ({ type: argument?.type === 'time' ? 'time' : 'number', sql: ofFinite(name, argument) });

/** Exact up to 8,192 values a group, then from a random sample of so many. */
const quantile: Compile = (argument, _grouping, share) =>
  number(sql`quantileOrNull(${unsafeSql(String(share))})(${numeric(argument)})`);

const atEnd =
  (name: Sql): Compile =>
  (argument, { time }) => {
    if (argument === null) return number(sql`NULL`);
    const ending = argument.type === 'text' ? sql`If` : sql`OrNullIf`;
    return { type: argument.type, sql: sql`${name}${ending}(${argument.sql}, ${time}, ${isThere(argument)})` };
  };

/** Every aggregate of the language. */
const AGGREGATE_SQL: { readonly [K in AggregateName]: Compile } = {
  count: (_argument, grouping) => number(counted(grouping)),
  count_if: (argument, { weight }) =>
    number(
      weight === null ? sql`countIf(${argument?.sql ?? sql`0`})` : sql`sumIf(${weight}, ${argument?.sql ?? sql`0`})`,
    ),
  // Exact up to 65,536 values a group, then about.
  distinct: (argument) => number(argument === null ? sql`0` : sql`uniqIf(${argument.sql}, ${isThere(argument)})`),
  sum: (argument) => number(sumOf(argument)),
  avg: ofValues(sql`avgOrNull`),
  min: ofValues(sql`minOrNull`),
  max: ofValues(sql`maxOrNull`),
  median: quantile,
  percentile: quantile,
  rate: (argument, grouping) =>
    number(sql`${argument === null ? counted(grouping) : sumOf(argument)} / ${Math.max(grouping.seconds, 0.001)}`),
  first: atEnd(sql`argMin`),
  last: atEnd(sql`argMax`),
};

export function compileAggregate(aggregate: Aggregate, grouping: Grouping): Value {
  const { aggregate: name, share } = aggregateOf(aggregate.function) ?? { aggregate: 'count', share: 0 };
  const argument = aggregate.argument === null ? null : compileExpression(aggregate.argument, grouping.names);
  return AGGREGATE_SQL[name](argument, grouping, share);
}
