import type { PipeName } from '../tree.ts';
import { count } from './count.ts';
import { dedup } from './dedup.ts';
import { evaluate } from './eval.ts';
import { extract } from './extract.ts';
import { fields } from './fields.ts';
import type { Grammar } from './grammar.ts';
import { limit } from './limit.ts';
import { parse } from './parse.ts';
import { patterns } from './patterns.ts';
import { sample } from './sample.ts';
import { sort } from './sort.ts';
import { stats } from './stats.ts';
import { timechart } from './timechart.ts';
import { rare, top } from './top.ts';
import { where } from './where.ts';

/** Every pipe of the language. */
export const GRAMMARS: { readonly [K in PipeName]: Grammar<K> } = {
  count,
  timechart,
  top,
  rare,
  stats,
  where,
  sort,
  limit,
  fields,
  parse,
  extract,
  eval: evaluate,
  patterns,
  dedup,
  sample,
};

export const isPipe = (name: string): name is PipeName => Object.hasOwn(GRAMMARS, name);

/** Names that other languages have for them. */
export const OTHER_NAMES: Readonly<Record<string, PipeName>> = {
  head: 'limit',
  take: 'limit',
  project: 'fields',
  keep: 'fields',
  table: 'fields',
  select: 'fields',
  filter: 'where',
  search: 'where',
  having: 'where',
  rex: 'extract',
  regex: 'extract',
  grok: 'extract',
  bin: 'timechart',
  timeslice: 'timechart',
  timeseries: 'timechart',
  chart: 'timechart',
  summarize: 'stats',
  summarise: 'stats',
  aggregate: 'stats',
  order: 'sort',
  orderby: 'sort',
  let: 'eval',
  extend: 'eval',
  set: 'eval',
  distinct: 'dedup',
  uniq: 'dedup',
  unique: 'dedup',
  cluster: 'patterns',
  least: 'rare',
  bottom: 'rare',
};
