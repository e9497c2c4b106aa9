import type { SearchNode } from '@moalog/search-language';
import { resolveField } from '../compile/field.ts';

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
