import type { FacetsResponse } from '@moalog/contract';
import type { SearchNode } from '@moalog/search-language';

export interface Standout {
  readonly field: string;
  readonly value: string;
  /** Share of all events that carry the value, 0 to 1. */
  readonly share: number;
  readonly otherShare: number;
}

/** Smaller differences are chance, or not worth a look. */
const MIN_DIFFERENCE = 0.02;

const MAX_SHOWN = 25;

/** Values whose share of the one set differs most from their share of the other, the widest difference first. */
export function standouts(
  one: FacetsResponse,
  other: FacetsResponse,
  without: ReadonlySet<string> = new Set(),
): Standout[] {
  const shares = (answer: FacetsResponse): Map<string, Standout> =>
    new Map(
      answer.facets.flatMap(({ field, values }) =>
        values.map(({ value, count }) => {
          const share = count / Math.max(1, answer.total);
          return [JSON.stringify([field, value]), { field, value, share, otherShare: 0 }] as const;
        }),
      ),
    );
  const ones = shares(one);
  const others = shares(other);
  return [...new Set([...ones.keys(), ...others.keys()])]
    .flatMap((key) => {
      const found = ones.get(key) ?? others.get(key);
      if (found === undefined) return [];
      return [{ ...found, share: ones.get(key)?.share ?? 0, otherShare: others.get(key)?.share ?? 0 }];
    })
    .filter(({ field, share, otherShare }) => !without.has(field) && Math.abs(share - otherShare) >= MIN_DIFFERENCE)
    .sort((a, b) => Math.abs(b.share - b.otherShare) - Math.abs(a.share - a.otherShare))
    .slice(0, MAX_SHOWN);
}

/** Fields that a search has conditions on. */
export function fieldsNamed(node: SearchNode | null): ReadonlySet<string> {
  if (node === null || node.type === 'text') return new Set();
  if (node.type === 'field') return new Set([node.field]);
  const parts = node.type === 'not' ? [node.part] : node.parts;
  return new Set(parts.flatMap((part) => [...fieldsNamed(part)]));
}
