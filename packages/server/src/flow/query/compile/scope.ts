import { type Diagnostic, parseSearch, type SearchNode } from '@moalog/search-language';
import { MoalogError } from '#errors';
import { readTimeRange, type TimeRange } from '../time-range.ts';
import { compileCondition } from './condition.ts';
import { resolveField } from './field.ts';
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
  return scopeOf(readSearch(request.query), request, projects, nowMs);
}

export function scopeOf(
  tree: SearchNode | null,
  { from, to }: { from: string; to: string },
  projects: readonly string[],
  nowMs = Date.now(),
): Scope {
  const range = readTimeRange(from, to, nowMs);
  const where = join(
    [inProjects(projects), inRange(range), ...(tree === null ? [] : [compileCondition(tree, nowMs)])],
    ' AND ',
  );
  return { projects, range, tree, where, nowMs };
}

/** Each becomes a piece of the statement, whose length the store limits. */
const MAX_CONDITIONS = 1_000;

const tooMany = (conditions: number): string =>
  `The search has ${conditions} conditions; ${MAX_CONDITIONS} are the most. Values of one field, as in user_id:(a OR b), count as one.`;

function countConditions(node: SearchNode): number {
  switch (node.type) {
    case 'and':
    case 'or':
      return node.parts.reduce((sum, part) => sum + countConditions(part), 0);
    case 'not':
      return countConditions(node.part);
    default: {
      if (node.test.kind !== 'any') return 1;
      const isList = node.type === 'field' && resolveField(node.field).name !== 'message';
      return isList ? Math.max(1, node.test.tests.filter(({ kind }) => kind !== 'is').length) : node.test.tests.length;
    }
  }
}

/** The tree of a search; throws `invalid_query` with the places that are wrong. */
export function readSearch(query: string): SearchNode | null {
  const { tree, diagnostics } = parseSearch(query);
  refuseWrong(tree, diagnostics);
  return tree;
}

/** Throws `invalid_query` for a filter that is wrong or too long. */
export function refuseWrong(tree: SearchNode | null, diagnostics: readonly Diagnostic[]): void {
  const [first] = diagnostics;
  if (first === undefined) {
    const conditions = tree === null ? 0 : countConditions(tree);
    if (conditions > MAX_CONDITIONS) throw new MoalogError('invalid_query', tooMany(conditions));
    return;
  }
  throw new MoalogError('invalid_query', `${first.message} (at character ${first.from + 1})`, {
    places: diagnostics.map(({ code, ...place }) => ({ path: `query:${code}`, ...place })),
  });
}

/** One project as an equality: only then the engine reads newest first in the order of the sort key. */
export function inProjects(projects: readonly string[]): Sql {
  const [only, ...others] = projects;
  return only !== undefined && others.length === 0 ? sql`project = ${only}` : sql`project IN ${projects}`;
}

export const inRange = ({ from, to }: TimeRange): Sql =>
  sql`timestamp >= fromUnixTimestamp64Nano(${from}, 'UTC') AND timestamp < fromUnixTimestamp64Nano(${to}, 'UTC')`;
