import type { ValueType } from './tree.ts';

/** What a function takes and gives. `same`: the type of its last argument. */
export interface FunctionShape {
  readonly takes: readonly (ValueType | 'any')[];
  /** How many of `takes` must be given; all when absent. */
  readonly least?: number;
  /** The last of `takes` may be given again and again. */
  readonly repeats?: true;
  readonly gives: ValueType | 'same';
}

/** Functions of `eval` and `where`. Numbers are taken from text that is one; a missing field is no number and an empty text. */
export const FUNCTIONS = {
  round: { takes: ['number', 'number'], least: 1, gives: 'number' },
  floor: { takes: ['number'], gives: 'number' },
  ceil: { takes: ['number'], gives: 'number' },
  abs: { takes: ['number'], gives: 'number' },
  sqrt: { takes: ['number'], gives: 'number' },
  log: { takes: ['number'], gives: 'number' },
  log10: { takes: ['number'], gives: 'number' },
  exp: { takes: ['number'], gives: 'number' },
  pow: { takes: ['number', 'number'], gives: 'number' },
  least: { takes: ['number'], repeats: true, gives: 'number' },
  greatest: { takes: ['number'], repeats: true, gives: 'number' },
  number: { takes: ['any'], gives: 'number' },
  length: { takes: ['text'], gives: 'number' },
  text: { takes: ['any'], gives: 'text' },
  lower: { takes: ['text'], gives: 'text' },
  upper: { takes: ['text'], gives: 'text' },
  trim: { takes: ['text'], gives: 'text' },
  concat: { takes: ['text'], repeats: true, gives: 'text' },
  substring: { takes: ['text', 'number', 'number'], least: 2, gives: 'text' },
  replace: { takes: ['text', 'text', 'text'], gives: 'text' },
  contains: { takes: ['text', 'text'], gives: 'boolean' },
  starts_with: { takes: ['text', 'text'], gives: 'boolean' },
  ends_with: { takes: ['text', 'text'], gives: 'boolean' },
  if: { takes: ['boolean', 'any', 'any'], gives: 'same' },
  coalesce: { takes: ['any'], repeats: true, gives: 'same' },
} as const satisfies Readonly<Record<string, FunctionShape>>;

export type FunctionName = keyof typeof FUNCTIONS;
export const isFunction = (name: string): name is FunctionName => Object.hasOwn(FUNCTIONS, name);

/** Aggregates by what they take: nothing, a condition, a number, or any value. */
export const AGGREGATES = {
  count: 'nothing',
  count_if: 'condition',
  distinct: 'any',
  sum: 'number',
  avg: 'number',
  min: 'number',
  max: 'number',
  median: 'number',
  rate: 'nothing or a number',
  first: 'any',
  last: 'any',
  percentile: 'number',
} as const;

export type AggregateName = keyof typeof AGGREGATES;

/** The aggregate that a name stands for, and the share below a percentile: `p95` is 0.95. */
export function aggregateOf(name: string): { readonly aggregate: AggregateName; readonly share: number } | null {
  const percent = /^p(\d{1,2}(?:\.\d{1,3})?)$/.exec(name)?.[1];
  if (percent !== undefined) return { aggregate: 'percentile', share: Number(percent) / 100 };
  return isAggregate(name) && name !== 'percentile' ? { aggregate: name, share: 0.5 } : null;
}

const isAggregate = (name: string): name is AggregateName => Object.hasOwn(AGGREGATES, name);

/** As they are offered to people. */
export const AGGREGATE_WORDS = [
  'count',
  'count_if',
  'distinct',
  'sum',
  'avg',
  'min',
  'max',
  'median',
  'p50',
  'p90',
  'p95',
  'p99',
  'rate',
  'first',
  'last',
];
