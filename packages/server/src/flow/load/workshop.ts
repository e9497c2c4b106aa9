import type {
  PipelineFailures,
  PreviewPipelineResponse,
  ProcessorInfo,
  previewPipelineRequestSchema,
} from '@moalog/contract';
import { z } from 'zod';
import { readTimeRange, type Sql, sql } from '#conditions';
import { MoalogError } from '#errors';
import {
  compilePreview,
  type Pipeline,
  PipelineError,
  PROCESSORS,
  type PreviewStatement,
  pipelineOf,
  readDefinitionText,
  STATEMENT_SETTINGS,
} from '#pipeline';
import { type Store, storeError } from '#store';
import { frameIndexLine } from '#transport';
import { commonParameters, KnownZones } from './load-segment.ts';
import { lastLines, previewLine } from './preview-lines.ts';
import { segmentShape } from './segment-shape.ts';

/** Of the lines of a preview together: they go as a parameter, in an address. */
const MAX_PREVIEW_BYTES = 200_000;
const MAX_SECONDS = 10;
/** Stands where the spool writes a frame's header: rows are counted from it. */
const HEADER_LINE = '{}\n';
/** What a pipeline is tried on when it is saved. */
const SAMPLE = ['a line', '{"message":"a line","level":"info"}'];

const SETTINGS = {
  ...STATEMENT_SETTINGS,
  max_threads: 1,
  max_execution_time: MAX_SECONDS,
  query_plan_enable_optimizations: 0,
  compile_expressions: 0,
  input_format_skip_unknown_fields: 1,
  date_time_output_format: 'iso',
  output_format_json_quote_64bit_integers: 1,
} as const;

/** Pipelines while people write them: checked, tried on lines, and how those in force do. Each statement is of the loader's own making. */
export function createWorkshop(store: Store) {
  const zones = new KnownZones(store);

  /** Rows of the preview statement, in order of the lines. */
  async function run(
    project: string,
    pipeline: Pipeline,
    lines: readonly string[],
    timezone: string | undefined,
    signal?: AbortSignal,
  ) {
    const known = await zones.names();
    const header = {
      project,
      source: 'preview',
      receivedAt: Date.now(),
      defaults: {},
      fields: {},
      ...(timezone === undefined ? {} : { timezone }),
    };
    const index = frameIndexLine(header, { headerRow: 0, rows: lines.length, end: 0 });
    const { shape, zones: named } = segmentShape(index, 'parameter', (zone) => known.has(zone));
    const statement = compilePreview(shape, project, pipeline);
    await checkRegexes(statement.regexes);
    const result = await store.client.query({
      query: statement.sql,
      format: 'JSONEachRow',
      query_params: {
        first_event_id: 0,
        ...(await commonParameters(store, named)),
        lines: HEADER_LINE + lines.map((line) => `${line.replaceAll('\n', ' ')}\n`).join(''),
        frames: index,
      },
      clickhouse_settings: SETTINGS,
      ...(signal === undefined ? {} : { abort_signal: signal }),
    });
    const rows = await result.json<Record<string, unknown>>();
    return { statement, rows: rows.toSorted((a, b) => Number(a.out_event_id) - Number(b.out_event_id)) };
  }

  /** The engine's own word on every expression, in one question; one by one when it refuses. */
  async function checkRegexes(regexes: PreviewStatement['regexes']): Promise<void> {
    if (regexes.length === 0) return;
    const ask = async (sources: readonly string[]): Promise<unknown> =>
      store.client
        .query({
          query: `SELECT ${sources.map((_, i) => `match('', {r${i}:String})`).join(', ')}`,
          query_params: Object.fromEntries(sources.map((source, i) => [`r${i}`, source])),
          format: 'JSONEachRow',
        })
        .then((result) => result.text())
        .then(() => null)
        .catch((error: unknown) => error);
    if ((await ask(regexes.map(({ source }) => source))) === null) return;
    const places = [];
    for (const { path, source } of regexes) {
      const error = await ask([source]);
      if (error !== null) places.push({ path, message: reasonOf(error) });
    }
    if (places.length > 0) throw new PipelineError(places);
  }

  return {
    async check(text: string): Promise<void> {
      await refusing(async () => {
        const pipeline = pipelineOf('0', readDefinitionText(text));
        try {
          await run('default', pipeline, SAMPLE, undefined);
        } catch (error) {
          if (error instanceof PipelineError) throw error;
          const known = storeError(error);
          if (known.code === 'engine_unavailable') throw known;
          throw new PipelineError([{ path: '', message: `the store refuses it: ${known.message}` }]);
        }
      });
    },

    async preview(
      project: string,
      text: string,
      asked: z.output<typeof previewPipelineRequestSchema>,
      signal: AbortSignal,
    ): Promise<PreviewPipelineResponse> {
      const startedAt = performance.now();
      return refusing(async () => {
        const pipeline = pipelineOf('preview', readDefinitionText(text));
        const lines = withinBytes(asked.lines ?? (await lastLines(store, project, asked, signal)));
        const { statement, rows } = await run(project, pipeline, lines, asked.timezone, signal);
        const shown = rows.map((row) => previewLine(row, statement.processors));
        return {
          processors: statement.processors.map(({ path, label }) => ({ path, label })),
          lines: shown,
          parsed: shown.filter(
            ({ event, steps }) => event !== null && steps.every((step) => step.failures.length === 0),
          ).length,
          failed: shown.filter(({ steps }) => steps.some((step) => step.failures.length > 0)).length,
          dropped: shown.filter(({ event }) => event === null).length,
          elapsedMs: performance.now() - startedAt,
        };
      });
    },

    async failures(
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
    },

    processors: (): readonly ProcessorInfo[] =>
      PROCESSORS.map(({ type, about, schema }) => ({ type, about, options: schema() })),
  };
}

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

/** The first lines that fit. */
function withinBytes(lines: readonly string[]): string[] {
  let left = MAX_PREVIEW_BYTES;
  return lines.filter((line) => {
    left -= encodeURIComponent(line).length + '%0A'.length;
    return line !== '' && left > 0;
  });
}

/** Errors of a pipeline, and of the store, as those of the API. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PipelineError)
      throw new MoalogError('invalid_pipeline', error.message, { places: error.places, cause: error });
    throw storeError(error);
  }
}

/** RE2 says `cannot compile re2: SOURCE, error: REASON. Look at …`. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const why = /, error: ([\s\S]{1,200}?)(?:\. Look at |\. \(|$)/.exec(text)?.[1] ?? text.slice(0, 200);
  return `the expression cannot be used: ${why}`;
}
