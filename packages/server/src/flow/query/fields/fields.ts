import { EVENT_COLUMNS, type Field, type FieldsResponse, type fieldsRequestSchema } from '@moalog/contract';
import type { z } from 'zod';
import { inProjects, inRange } from '../compile/scope.ts';
import { type Sql, sql, unsigned } from '../compile/sql.ts';
import type { Runner } from '../runner.ts';
import type { TimeRange } from '../time-range.ts';

type Request = Pick<z.output<typeof fieldsRequestSchema>, 'contains'>;

/** Newest events that names, types and shares are taken from. */
const SAMPLE_EVENTS = 10_000;
const MAX_FIELDS = 2_000;
/** Stands for the events themselves among the names, so that the sample's size comes with the counts; no text holds this character. */
const EVERY_EVENT = '\u{10ffff}';

interface FieldRow {
  readonly name: string;
  readonly events: string;
  readonly numbers: string;
  readonly booleans: string;
  readonly arrays: string;
}

function fieldsStatement(projects: readonly string[], range: TimeRange, contains: string | undefined): Sql {
  const filter =
    contains === undefined || contains === ''
      ? sql`1`
      : sql`(name = ${EVERY_EVENT} OR positionCaseInsensitiveUTF8(name, ${contains}) > 0)`;
  return sql`SELECT name, count() AS events, countIf(isNotNull(toFloat64OrNull(value))) AS numbers, countIf(value IN ('true', 'false')) AS booleans, countIf(startsWith(value, '[')) AS arrays
FROM (SELECT arrayPushBack(mapKeys(attributes), ${EVERY_EVENT}) AS names, arrayPushBack(mapValues(attributes), '') AS texts FROM logs WHERE ${inProjects(projects)} AND ${inRange(range)} ORDER BY timestamp DESC LIMIT ${unsigned(SAMPLE_EVENTS)})
ARRAY JOIN names AS name, texts AS value
WHERE ${filter} GROUP BY name ORDER BY name != ${EVERY_EVENT}, events DESC, name LIMIT ${unsigned(MAX_FIELDS + 1)}`;
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
  const [sample, ...rows] = result.rows;
  const attributes: Field[] = rows.map((row) => ({
    name: row.name,
    type: typeOf(row),
    kind: 'attribute',
    share: Math.min(1, Number(row.events) / Math.max(1, Number(sample?.events))),
  }));
  return { fields: [...columns, ...attributes], elapsedMs: result.elapsedMs };
}

function typeOf(row: FieldRow): Field['type'] {
  if (row.numbers === row.events) return 'number';
  if (row.booleans === row.events) return 'boolean';
  return row.arrays === row.events ? 'array' : 'text';
}
