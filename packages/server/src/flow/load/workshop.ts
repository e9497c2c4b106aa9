import type {
  PipelineFailures,
  PipelineSuggestion,
  PreviewPipelineResponse,
  ProcessorInfo,
  previewPipelineRequestSchema,
  suggestPipelineRequestSchema,
} from '@moalog/contract';
import type { z } from 'zod';
import { MoalogError } from '#errors';
import {
  compilePreview,
  type Pipeline,
  PipelineError,
  PROCESSORS,
  pipelineOf,
  placesInText,
  readDefinitionText,
  STATEMENT_SETTINGS,
  suggestionsFor,
} from '#pipeline';
import { type Store, storeError } from '#store';
import { frameIndexLine } from '#transport';
import { checkRegexes } from './check-regexes.ts';
import { commonParameters, KnownZones } from './load-segment.ts';
import { pipelineFailures } from './pipeline-failures.ts';
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
  const knownRegexes = new Set<string>();

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
    await checkRegexes(store, statement.regexes, knownRegexes);
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

  return {
    async check(text: string): Promise<void> {
      await refusing(text, async () => {
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
      return refusing(text, async () => {
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

    /** Those that fit at all, the one that reads most lines into most fields first. */
    async suggest(
      project: string,
      asked: z.output<typeof suggestPipelineRequestSchema>,
      signal: AbortSignal,
    ): Promise<PipelineSuggestion[]> {
      return refusing('', async () => {
        const lines = withinBytes(asked.lines ?? (await lastLines(store, project, asked, signal)));
        const all: PipelineSuggestion[] = [];
        for (const { name, text } of suggestionsFor(lines)) {
          const pipeline = pipelineOf('preview', readDefinitionText(text));
          const { statement, rows } = await run(project, pipeline, lines, asked.timezone, signal);
          const shown = rows.map((row) => previewLine(row, statement.processors));
          const good = shown.filter(({ steps }) => steps.every((step) => step.failures.length === 0));
          const fields = new Set(good.flatMap(({ given, steps }) => Object.keys(steps.at(-1)?.fields ?? given)));
          all.push({ name, text, share: good.length / Math.max(1, shown.length), fields: [...fields] });
        }
        return all
          .filter(({ share }) => share > 0)
          .sort((a, b) => b.share * b.fields.length - a.share * a.fields.length);
      });
    },

    failures: (project: string, range: { from: string; to: string }, signal: AbortSignal): Promise<PipelineFailures> =>
      refusing('', () => pipelineFailures(store, project, range, signal)),

    processors: (): readonly ProcessorInfo[] =>
      PROCESSORS.map(({ type, about, schema }) => ({ type, about, options: schema() })),
  };
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
async function refusing<T>(text: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PipelineError)
      throw new MoalogError('invalid_pipeline', error.message, {
        places: placesInText(text, error.places),
        cause: error,
      });
    throw storeError(error);
  }
}
