import type { PipelineFailures } from '@moalog/contract';
import { z } from 'zod';
import { readTimeRange, type Sql, sql } from '#conditions';
import type { Store } from '#store';

const MAX_SECONDS = 10;

const totalSchema = z.object({ events: z.coerce.number(), failed: z.coerce.number() });
const failureSchema = z.object({
  processor: z.string(),
  reason: z.string(),
  version: z.string(),
  events: z.coerce.number(),
});

async function rowsOf<T>(store: Store, statement: Sql, schema: z.ZodType<T>, signal: AbortSignal): Promise<T[]> {
  const { text, parameters } = statement.render();
  const result = await store.client.query({
    query: text,
    query_params: parameters,
    format: 'JSONEachRow',
    abort_signal: signal,
    clickhouse_settings: { max_execution_time: MAX_SECONDS },
  });
  return z.array(schema).parse(await result.json());
}

/** How a project's events came through its pipeline. */
export async function pipelineFailures(
  store: Store,
  project: string,
  asked: { from: string; to: string },
  signal: AbortSignal,
): Promise<PipelineFailures> {
  const { from, to } = readTimeRange(asked.from, asked.to, Date.now());
  const where = sql`project = ${project} AND timestamp >= fromUnixTimestamp64Nano(${from}, 'UTC') AND timestamp < fromUnixTimestamp64Nano(${to}, 'UTC')`;
  const total = await rowsOf(
    store,
    sql`SELECT count() AS events, countIf(attributes['moalog.errors'] != '') AS failed FROM logs WHERE ${where}`,
    totalSchema,
    signal,
  );
  const processors = await rowsOf(
    store,
    sql`SELECT JSONExtractString(error, 'processor') AS processor, JSONExtractString(error, 'reason') AS reason, attributes['moalog.pipeline'] AS version, count() AS events
      FROM logs ARRAY JOIN JSONExtractArrayRaw(attributes['moalog.errors']) AS error WHERE ${where} AND attributes['moalog.errors'] != ''
      GROUP BY processor, reason, version ORDER BY events DESC, processor LIMIT 200`,
    failureSchema,
    signal,
  );
  return { events: total[0]?.events ?? 0, failed: total[0]?.failed ?? 0, processors };
}
