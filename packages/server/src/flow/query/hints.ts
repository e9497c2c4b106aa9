import type { SearchNode } from '@moalog/search-language';
import { resolveField } from './compile/field.ts';
import type { Scope } from './compile/scope.ts';
import { fields } from './fields/fields.ts';
import type { Runner } from './runner.ts';

export interface Hint {
  readonly field: string;
  readonly nearest: string[];
}

/** For a search that found nothing: its fields that no event has, with the nearest names that exist. Hints are a courtesy: without them the answer stands. */
export async function hintsFor(runner: Runner, scope: Scope, signal: AbortSignal): Promise<Hint[]> {
  const asked = [...fieldsOf(scope.tree)].filter((field) => resolveField(field).kind === 'attribute');
  if (asked.length === 0) return [];
  const known = await fields(runner, {}, scope.projects, scope.range, signal).catch(() => null);
  const names = known?.fields.map((field) => field.name) ?? asked;
  return asked.filter((field) => !names.includes(field)).map((field) => ({ field, nearest: nearest(field, names) }));
}

function fieldsOf(node: SearchNode | null, into = new Set<string>()): Set<string> {
  if (node === null) return into;
  if (node.type === 'field') into.add(node.field);
  if (node.type === 'not') fieldsOf(node.part, into);
  if (node.type === 'and' || node.type === 'or') for (const part of node.parts) fieldsOf(part, into);
  return into;
}

const MAX_NEAREST = 3;

function nearest(field: string, known: readonly string[]): string[] {
  const wanted = field.toLowerCase();
  return known
    .map((name) => ({
      name,
      distance:
        name.toLowerCase().includes(wanted) || wanted.includes(name.toLowerCase())
          ? 1
          : editDistance(wanted, name.toLowerCase()),
    }))
    .filter(({ distance }) => distance <= Math.max(2, Math.floor(wanted.length / 3)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_NEAREST)
    .map(({ name }) => name);
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
