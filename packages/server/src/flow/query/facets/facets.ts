import type { Facet, FacetsResponse, facetsRequestSchema } from '@moalog/contract';
import type { z } from 'zod';
import { resolveField } from '../compile/field.ts';
import type { Scope } from '../compile/scope.ts';
import { join, type Sql, sql, unsafeSql, unsigned } from '../compile/sql.ts';
import { countEvents } from '../histogram/histogram.ts';
import { partialOf, type Runner } from '../runner.ts';

type Request = z.output<typeof facetsRequestSchema>;

/** Above this many matches values are counted in some blocks of neighbouring events, and scaled up. */
const MAX_COUNTED_EVENTS = 131_072;
/** Rows of a block: a granule of the store is read whole or not at all. */
const BLOCK_ROWS = 8_192;
/** Events that the choice of fields is made from when none are named. */
const CHOICE_EVENTS = 5_000;
const CHOSEN_ATTRIBUTES = 12;
const DEFAULT_COLUMNS = ['level', 'service', 'environment', 'host', 'source'];
/** Stands for the events themselves among the fields, so that the sample's size comes with the counts; no text holds this character. */
const EVERY_EVENT = '\u{10ffff}';

interface ValueRow {
  readonly field: string;
  readonly value: string;
  readonly events: string;
  readonly present: string;
  readonly distinct_values: string;
}

/**
 * Counts by field and value, of one block in `every`. Blocks that are left out are not read: measured at 3 M rows and ten fields, 0.2 s against 1.2 s for
 * every n-th event.
 */
function valuesStatement(fields: readonly string[], request: Request, scope: Scope, every: number): Sql {
  const pairs = join(
    [sql`(${EVERY_EVENT}, '1')`, ...fields.map((field) => sql`(${field}, toString(${resolveField(field).value}))`)],
    ', ',
  );
  const contains =
    request.contains === undefined || request.contains === ''
      ? sql`1`
      : sql`(field = ${EVERY_EVENT} OR positionCaseInsensitiveUTF8(value, ${request.contains}) > 0)`;
  const sampled =
    every === 1
      ? unsafeSql('')
      : sql`PREWHERE cityHash64(_part_index, intDiv(_part_offset, ${unsigned(BLOCK_ROWS)})) % ${unsigned(every)} = 0`;
  return sql`SELECT field, value, events, sum(events) OVER (PARTITION BY field) AS present, count() OVER (PARTITION BY field) AS distinct_values FROM (
  SELECT pair.1 AS field, pair.2 AS value, count() AS events FROM (SELECT arrayJoin([${pairs}]) AS pair FROM logs ${sampled} WHERE ${scope.where})
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
  const [{ total, partial }, names] = await Promise.all([
    countEvents(runner, scope, signal),
    request.fields === undefined ? chooseFields(runner, scope, signal) : [...new Set(request.fields)],
  ]);
  const every = Math.max(1, Math.ceil(total / MAX_COUNTED_EVENTS));
  const result = await runner.rows<ValueRow>('facets', valuesStatement(names, request, scope, every), signal);
  const counted = Number(result.rows.find((row) => row.field === EVERY_EVENT)?.events ?? 0);
  const scale = every === 1 || counted === 0 ? 1 : total / counted;
  const scaled = (events: string | undefined): number => Math.min(total, Math.round(Number(events ?? 0) * scale));
  const found = names.map((field): Facet => {
    const rows = result.rows.filter((row) => row.field === field);
    return {
      field,
      count: scaled(rows[0]?.present),
      distinct: Number(rows[0]?.distinct_values ?? 0),
      values: rows.map((row) => ({ value: row.value, count: scaled(row.events) })),
    };
  });
  return {
    facets: request.fields === undefined ? found.filter((facet) => facet.values.length > 0) : found,
    total,
    sampled: every > 1,
    scanned: result.scanned,
    elapsedMs: result.elapsedMs,
    ...partialOf(partial, result.partial),
  };
}
