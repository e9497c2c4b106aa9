import { compileSelect, compileSignalSelect, STATEMENT_SETTINGS } from '#pipeline';
import { type Store, storeError } from '#store';
import { type Frame, frameIndexLine } from '#transport';
import type { KnownPipelines } from './known-pipelines.ts';
import { partsOf } from './load-parts.ts';
import { commonParameters, KnownZones } from './load-segment.ts';
import { segmentShape } from './segment-shape.ts';

const LAST_EVENT_ID = 2n ** 64n - 1n;
/** A preview is read by a person who waits. */
const MAX_SECONDS = 10;
/** Stands where the spool writes a frame's header: rows are counted from it. */
const HEADER_LINE = '{}\n';
/** The statement names its columns so, apart from its steps. */
const COLUMN_PREFIX = 'out_';

/**
 * What frames would become in the store, without storing them: the SELECT of the load statement, over lines in a parameter. Answers one row a line that is not dropped, in
 * order. The frames together must fit an address (1 MiB after percent-encoding).
 */
export function createPreview(
  store: Store,
  pipelines: Pick<KnownPipelines, 'inForce'>,
): (frames: readonly Frame[]) => Promise<Record<string, unknown>[]> {
  const zones = new KnownZones(store);
  return async (frames) => {
    try {
      const known = await zones.names();
      const index = indexOf(frames);
      const { shape, zones: named, events, others } = segmentShape(index, 'parameter', (zone) => known.has(zone));
      const parameters = {
        first_event_id: 0,
        ...(await commonParameters(store, named)),
        lines: frames.map(({ payload }) => HEADER_LINE + payload.toString('utf8')).join(''),
        frames: index,
      };
      const shown: Record<string, unknown>[] = [];
      if (events > 0) {
        const rows: Record<string, unknown>[] = [];
        // What would be accepted now is loaded by the newest versions.
        for (const part of partsOf(index, await pipelines.inForce(LAST_EVENT_ID)))
          rows.push(...(await select(store, compileSelect(shape, part), parameters)));
        shown.push(...rows.toSorted((a, b) => Number(a.out_event_id) - Number(b.out_event_id)).map(event));
      }
      for (const signal of others.keys())
        shown.push(...(await select(store, compileSignalSelect(signal, shape), parameters)).map(event));
      return shown;
    } catch (error) {
      throw storeError(error);
    }
  };
}

async function select(
  store: Store,
  query: string,
  parameters: Record<string, unknown>,
): Promise<Record<string, unknown>[]> {
  const result = await store.client.query({
    query,
    format: 'JSONEachRow',
    query_params: parameters,
    clickhouse_settings: {
      ...STATEMENT_SETTINGS,
      max_threads: 1,
      max_execution_time: MAX_SECONDS,
      query_plan_enable_optimizations: 0,
      compile_expressions: 0,
      input_format_skip_unknown_fields: 1,
      date_time_output_format: 'iso',
      output_format_json_quote_64bit_integers: 1,
    },
  });
  return result.json<Record<string, unknown>>();
}

function indexOf(frames: readonly Frame[]): string {
  let index = '';
  let headerRow = 0;
  for (const frame of frames) {
    index += frameIndexLine(frame, { headerRow, rows: frame.rows, end: 0 });
    headerRow += 1 + frame.rows;
  }
  return index;
}

/** An event that is not stored has no id. */
function event(row: Record<string, unknown>): Record<string, unknown> {
  const columns = Object.entries(row).map(([name, value]) => [name.replace(COLUMN_PREFIX, ''), value] as const);
  return Object.fromEntries(columns.filter(([name]) => name !== 'event_id'));
}
