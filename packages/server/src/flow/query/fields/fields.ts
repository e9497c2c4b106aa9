import { EVENT_COLUMNS, type Field, type FieldsResponse, type fieldsRequestSchema } from '@moalog/contract';
import type { z } from 'zod';
import { inProjects, inRange } from '../compile/scope.ts';
import { type Sql, sql, unsigned } from '../compile/sql.ts';
import type { Runner } from '../runner.ts';
import type { TimeRange } from '../time-range.ts';

type Request = z.output<typeof fieldsRequestSchema>;

/** Newest events that names, types and shares are taken from. */
const SAMPLE_EVENTS = 20_000;
const MAX_FIELDS = 2_000;

interface FieldRow {
  readonly name: string;
  readonly events: string;
  readonly numbers: string;
  readonly booleans: string;
  readonly arrays: string;
  readonly sample: string;
}

export function fieldsStatement(projects: readonly string[], range: TimeRange, contains: string | undefined): Sql {
  const filter =
    contains === undefined || contains === '' ? sql`1` : sql`positionCaseInsensitiveUTF8(name, ${contains}) > 0`;
  return sql`WITH newest AS (SELECT attributes FROM logs WHERE ${inProjects(projects)} AND ${inRange(range)} ORDER BY timestamp DESC LIMIT ${unsigned(SAMPLE_EVENTS)})
SELECT name, count() AS events, countIf(isNotNull(toFloat64OrNull(value))) AS numbers, countIf(value IN ('true', 'false')) AS booleans, countIf(startsWith(value, '[')) AS arrays, (SELECT count() FROM newest) AS sample
FROM newest ARRAY JOIN mapKeys(attributes) AS name, mapValues(attributes) AS value
WHERE ${filter} GROUP BY name ORDER BY events DESC, name LIMIT ${unsigned(MAX_FIELDS)}`;
}

export async function fields(
  runner: Runner,
  request: Request,
  projects: readonly string[],
  range: TimeRange,
  signal: AbortSignal,
): Promise<FieldsResponse> {
  const result = await runner.rows<FieldRow>('fields', fieldsStatement(projects, range, request.contains), signal);
  const wanted = (request.contains ?? '').toLowerCase();
  const columns: Field[] = EVENT_COLUMNS.filter((name) => name !== 'attributes' && name.includes(wanted)).map(
    (name) => ({
      name,
      type: name === 'timestamp' || name === 'received_at' ? 'time' : name === 'event_id' ? 'number' : 'text',
      kind: 'column',
      share: 1,
    }),
  );
  const attributes: Field[] = result.rows.map((row) => ({
    name: row.name,
    type: typeOf(row),
    kind: 'attribute',
    share: Math.min(1, Number(row.events) / Math.max(1, Number(row.sample))),
  }));
  return { fields: [...columns, ...attributes], elapsedMs: result.elapsedMs };
}

function typeOf(row: FieldRow): Field['type'] {
  if (row.numbers === row.events) return 'number';
  if (row.booleans === row.events) return 'boolean';
  return row.arrays === row.events ? 'array' : 'text';
}
