import { nearestOf, type SearchNode } from '@moalog/search-language';
import { resolveField } from './compile/field.ts';
import type { Scope } from './compile/scope.ts';
import { fields } from './fields/fields.ts';
import type { Runner } from './runner.ts';

export interface Hint {
  readonly field: string;
  readonly nearest: string[];
}

/** For a search that found nothing: its fields that no event has, with the nearest names that exist. Hints are a courtesy: without them the answer stands. */
export async function hintsFor(
  runner: Runner,
  scope: Scope,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<Hint[]> {
  const asked = [...new Set([...fieldsOf(scope.tree), ...more])].filter(
    (field) => resolveField(field).kind === 'attribute',
  );
  if (asked.length === 0) return [];
  const known = await fields(runner, {}, scope.projects, scope.range, signal).catch(() => null);
  const names = known?.fields.map((field) => field.name) ?? asked;
  return asked.filter((field) => !names.includes(field)).map((field) => ({ field, nearest: nearestOf(field, names) }));
}

function fieldsOf(node: SearchNode | null, into = new Set<string>()): Set<string> {
  if (node === null) return into;
  if (node.type === 'field') into.add(node.field);
  if (node.type === 'not') fieldsOf(node.part, into);
  if (node.type === 'and' || node.type === 'or') for (const part of node.parts) fieldsOf(part, into);
  return into;
}
