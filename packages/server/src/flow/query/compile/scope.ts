import { parseSearch, type SearchNode } from '@moalog/search-language';
import { MoalogError } from '#errors';
import { readTimeRange, type TimeRange } from '../time-range.ts';
import { compileCondition } from './condition.ts';
import { join, type Sql, sql } from './sql.ts';

/** What a question is about: projects that were allowed, a time range, and the search. */
export interface Scope {
  readonly projects: readonly string[];
  readonly range: TimeRange;
  readonly tree: SearchNode | null;
  /** All of it as a condition. */
  readonly where: Sql;
  readonly nowMs: number;
}

export function readScope(
  request: { query: string; from: string; to: string },
  projects: readonly string[],
  nowMs = Date.now(),
): Scope {
  const range = readTimeRange(request.from, request.to, nowMs);
  const tree = readSearch(request.query);
  const where = join(
    [inProjects(projects), inRange(range), ...(tree === null ? [] : [compileCondition(tree, nowMs)])],
    ' AND ',
  );
  return { projects, range, tree, where, nowMs };
}

/** The tree of a search; throws `invalid_query` with the places that are wrong. */
export function readSearch(query: string): SearchNode | null {
  const { tree, diagnostics } = parseSearch(query);
  const [first] = diagnostics;
  if (first === undefined) return tree;
  throw new MoalogError('invalid_query', `${first.message} (at character ${first.from + 1})`, {
    places: diagnostics.map(({ from, to, code, message }) => ({ path: `query:${code}`, message, from, to })),
  });
}

/** One project as an equality: only then the engine reads newest first in the order of the sort key. */
export function inProjects(projects: readonly string[]): Sql {
  const [only, ...others] = projects;
  return only !== undefined && others.length === 0 ? sql`project = ${only}` : sql`project IN ${projects}`;
}

export const inRange = ({ from, to }: TimeRange): Sql =>
  sql`timestamp >= fromUnixTimestamp64Nano(${from}, 'UTC') AND timestamp < fromUnixTimestamp64Nano(${to}, 'UTC')`;
