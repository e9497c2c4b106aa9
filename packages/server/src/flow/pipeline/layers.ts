import type { Step } from './event-model/step.ts';

/** A SELECT of layers: rows at the bottom, steps one above what they use, columns on top. */
export interface LayeredSelect {
  /** SELECT of the bottom rows, and the names it gives. */
  readonly rows: string;
  readonly rowNames: readonly string[];
  readonly steps: readonly Step[];
  readonly columns: readonly string[];
  /** Condition over steps for a row to be in the answer; all rows when absent. */
  readonly keep?: string;
}

/**
 * Steps are laid in nested SELECTs, each step one layer above what it uses: the engine then computes each once, where aliases of one
 * SELECT would be copied into each other until the statement is too large. A layer hands up only what layers above it use, which
 * keeps the planning of the statement short (bench/load-cost.ts).
 */
export function layeredSelect({ rows, rowNames, steps, columns, keep }: LayeredSelect): string {
  const top = keep === undefined ? columns : [...columns, keep];
  const layers = layersOf(inlined(steps, top));
  const wanted = [new Set(top.flatMap(namesIn))];
  for (const layer of layers.toReversed())
    wanted.unshift(new Set([...(wanted[0] ?? []), ...layer.flatMap((step) => namesIn(step.sql))]));
  let available: readonly string[] = rowNames;
  const named = [`layer_0 AS (\n${rows}\n)`];
  layers.forEach((layer, index) => {
    const passed = available.filter((name) => wanted[index + 1]?.has(name));
    const expressions = [...passed, ...layer.map((step) => `${step.sql} AS ${step.name}`)].join(',\n  ');
    named.push(`layer_${index + 1} AS (SELECT ${expressions}\nFROM layer_${index})`);
    available = [...passed, ...layer.map((step) => step.name)];
  });
  const where = keep === undefined ? '' : `\nWHERE ${keep}`;
  return `WITH ${named.join(',\n')}\nSELECT ${columns.join(',\n  ')}\nFROM layer_${layers.length}${where}`;
}

/** Names an expression may use. Values of users are not in it: they are put in when all layers are written (literals.ts). */
const namesIn = (sql: string): string[] => sql.match(/[a-z_][a-z0-9_]*/g) ?? [];

/** The steps under other names: `names` says the new name of a name; what it leaves out stays. */
export function renamed(steps: readonly Step[], names: ReadonlyMap<string, string>): Step[] {
  const inSql = (sql: string): string => sql.replaceAll(/\b[a-z_][a-z0-9_]*/g, (name) => names.get(name) ?? name);
  return steps.map(({ name, sql }) => ({ name: names.get(name) ?? name, sql: inSql(sql) }));
}

interface Node {
  name: string;
  sql: string;
  uses: string[];
}

/**
 * Steps that one other step uses once are written into it, which makes fewer layers. Not into lambdas: there they would be computed for
 * each element.
 */
function inlined(steps: readonly Step[], columns: readonly string[]): Step[] {
  const left = new Map<string, Node>(steps.map(({ name, sql }) => [name, { name, sql, uses: namesIn(sql) }]));
  const users = new Map<string, Set<Node>>();
  const counts = new Map<string, number>();
  const count = (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const node of left.values())
    for (const name of node.uses) {
      count(name);
      users.set(name, (users.get(name) ?? new Set()).add(node));
    }
  columns.flatMap(namesIn).forEach(count);
  for (const { name } of steps) {
    const node = left.get(name);
    const [user] = users.get(name) ?? [];
    if (node === undefined || user === undefined || counts.get(name) !== 1 || user.sql.includes('->')) continue;
    user.sql = user.sql.replace(new RegExp(`\\b${name}\\b`), () => `(${node.sql})`);
    user.uses = [...user.uses.filter((used) => used !== name), ...node.uses];
    for (const used of node.uses) {
      users.get(used)?.delete(node);
      users.get(used)?.add(user);
    }
    left.delete(name);
  }
  return [...left.values()].map((node) => ({ name: node.name, sql: node.sql }));
}

/** Steps grouped so that each uses only names of the groups before its own. */
function layersOf(steps: readonly Step[]): Step[][] {
  const layerOf = new Map<string, number>();
  const layers: Step[][] = [];
  for (const step of steps) {
    const layer = Math.max(-1, ...namesIn(step.sql).map((name) => layerOf.get(name) ?? -1)) + 1;
    layerOf.set(step.name, layer);
    layers[layer] = [...(layers[layer] ?? []), step];
  }
  return layers;
}
