import type { Facet, FacetsResponse, facetsRequestSchema } from '@moalog/contract';
import type { z } from 'zod';
import { resolveField } from '../compile/field.ts';
import type { Scope } from '../compile/scope.ts';
import { join, type Sql, sql, unsigned } from '../compile/sql.ts';
import { countEvents } from '../histogram/histogram.ts';
import type { Runner } from '../runner.ts';

type Request = z.output<typeof facetsRequestSchema>;

/** Above this many matches the counts come from every n-th event and are scaled up. */
const MAX_COUNTED_EVENTS = 200_000;
/** Events that the choice of fields is made from when none are named. */
const CHOICE_EVENTS = 5_000;
const CHOSEN_ATTRIBUTES = 12;
const DEFAULT_COLUMNS = ['level', 'service', 'environment', 'host', 'source'];

interface ValueRow {
  readonly field: string;
  readonly value: string;
  readonly events: string;
  readonly present: string;
  readonly distinct_values: string;
}

function valuesStatement(fields: readonly string[], request: Request, scope: Scope, every: number): Sql {
  const pairs = join(
    fields.map((field) => sql`(${field}, toString(${resolveField(field).value}))`),
    ', ',
  );
  const contains =
    request.contains === undefined || request.contains === ''
      ? sql`1`
      : sql`positionCaseInsensitiveUTF8(value, ${request.contains}) > 0`;
  const sampled = every === 1 ? sql`1` : sql`event_id % ${unsigned(every)} = 0`;
  return sql`SELECT field, value, events, sum(events) OVER (PARTITION BY field) AS present, count() OVER (PARTITION BY field) AS distinct_values FROM (
  SELECT pair.1 AS field, pair.2 AS value, count() AS events FROM (SELECT arrayJoin([${pairs}]) AS pair FROM logs WHERE ${scope.where} AND ${sampled})
  WHERE value != '' AND ${contains} GROUP BY field, value
) ORDER BY events DESC, value LIMIT ${unsigned(request.limit)} BY field`;
}

/** The most frequent attributes of the newest matches; those whose values hardly repeat (ids) say nothing as a facet. */
async function chooseFields(runner: Runner, scope: Scope, signal: AbortSignal): Promise<string[]> {
  const statement = sql`SELECT name, count() AS events FROM (SELECT attributes FROM logs WHERE ${scope.where} ORDER BY timestamp DESC LIMIT ${unsigned(CHOICE_EVENTS)})
ARRAY JOIN mapKeys(attributes) AS name, mapValues(attributes) AS value
GROUP BY name HAVING uniq(value) <= greatest(20, events / 5) ORDER BY events DESC, name LIMIT ${unsigned(CHOSEN_ATTRIBUTES)}`;
  const result = await runner.rows<{ name: string }>('facet_choice', statement, signal, {
    use_top_k_dynamic_filtering: 0,
  });
  return [...DEFAULT_COLUMNS, ...result.rows.map((row) => row.name)];
}

export async function facets(
  runner: Runner,
  request: Request,
  scope: Scope,
  signal: AbortSignal,
): Promise<FacetsResponse> {
  const [total, names] = await Promise.all([
    countEvents(runner, scope, signal),
    request.fields ?? chooseFields(runner, scope, signal),
  ]);
  const every = Math.max(1, Math.ceil(total / MAX_COUNTED_EVENTS));
  const result = await runner.rows<ValueRow>('facets', valuesStatement(names, request, scope, every), signal);
  const found = names.map((field): Facet => {
    const rows = result.rows.filter((row) => row.field === field);
    return {
      field,
      count: Math.min(total, Number(rows[0]?.present ?? 0) * every),
      distinct: Number(rows[0]?.distinct_values ?? 0),
      values: rows.map((row) => ({ value: row.value, count: Math.min(total, Number(row.events) * every) })),
    };
  });
  return {
    facets: request.fields === undefined ? found.filter((facet) => facet.values.length > 0) : found,
    total,
    sampled: every > 1,
    scanned: result.scanned,
    elapsedMs: result.elapsedMs,
    ...(result.partial === undefined ? {} : { partial: result.partial }),
  };
}
