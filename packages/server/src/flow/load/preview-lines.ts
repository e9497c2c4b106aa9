import type { PreviewFields, PreviewLine } from '@moalog/contract';
import { z } from 'zod';
import { compileCondition, readSearch, sql, unsafeSql } from '#conditions';
import type { PreviewStatement } from '#pipeline';
import { type Store, storeError } from '#store';

/** The statement names its columns so, apart from its steps. */
const COLUMN_PREFIX = 'out_';
const fieldsSchema = z.record(z.string(), z.string());

/** A row of the preview statement as people see it. */
export function previewLine(
  row: Readonly<Record<string, unknown>>,
  processors: PreviewStatement['processors'],
): PreviewLine {
  const fields = (name: string): PreviewFields => fieldsSchema.parse(JSON.parse(String(row[name])));
  const event = Object.entries(row).flatMap(([name, value]) =>
    name.startsWith(COLUMN_PREFIX) && name !== 'out_event_id'
      ? [[name.slice(COLUMN_PREFIX.length), value] as const]
      : [],
  );
  return {
    raw: String(row.shown_line),
    given: fields('given'),
    steps: processors.map(({ reasons }, i) => {
      const failed = z.array(z.coerce.number()).parse(row[`failed_${i}`]);
      return {
        fields: fields(`step_${i}`),
        failures: failed.map((n) => reasons[n - 1] ?? ''),
        dropped: row[`dropped_${i}`] === 1,
      };
    }),
    event: row.dropped === 1 ? null : Object.fromEntries(event),
  };
}

const eventSchema = z.object({
  timestamp: z.string(),
  level: z.string(),
  service: z.string(),
  message: z.string(),
  attributes: fieldsSchema,
});

/**
 * Lines of the last events that a search finds, newest first: as they were sent where they were kept (`keep_raw`), or were text; else written anew from what is
 * stored.
 */
export async function lastLines(
  store: Store,
  project: string,
  { last, query }: { last: number; query: string },
  signal: AbortSignal,
): Promise<string[]> {
  const tree = readSearch(query);
  const found = tree === null ? unsafeSql('1') : compileCondition(tree, Date.now());
  const { text, parameters } =
    sql`SELECT timestamp, level, service, message, attributes FROM logs WHERE project = ${project} AND ${found}
    ORDER BY timestamp DESC LIMIT ${unsafeSql(String(last))}`.render();
  try {
    const result = await store.client.query({
      query: text,
      query_params: parameters,
      format: 'JSONEachRow',
      abort_signal: signal,
      clickhouse_settings: { date_time_output_format: 'iso', max_execution_time: 10 },
    });
    return z
      .array(eventSchema)
      .parse(await result.json())
      .map(lineOf);
  } catch (error) {
    throw storeError(error);
  }
}

function lineOf({ timestamp, level, service, message, attributes }: z.infer<typeof eventSchema>): string {
  const raw = attributes['moalog.raw'];
  if (raw !== undefined) return raw;
  const own = Object.entries(attributes).filter(([name]) => !name.startsWith('moalog.'));
  const wasText = own.length === 0 && level === '' && service === '';
  const isLine = message !== '' && !message.includes('\n');
  if (isLine && (wasText || attributes['moalog.pipeline'] !== undefined)) return message;
  return JSON.stringify({
    timestamp,
    ...(level !== '' && { level }),
    ...(service !== '' && { service }),
    message,
    ...Object.fromEntries(own),
  });
}
