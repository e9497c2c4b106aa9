import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ClickHouseSettings } from '@clickhouse/client';
import { compileLoad, compileSignalLoad, FRAME_INDEX_COLUMNS, STATEMENT_SETTINGS } from '#pipeline';
import type { Store } from '#store';
import type { Segment } from '#transport';
import type { KnownPipelines } from './known-pipelines.ts';
import { partsOf, tokenOf, withoutProcessors } from './load-parts.ts';
import { segmentShape } from './segment-shape.ts';

/**
 * One thread and one block a statement: the block carries the deduplication token, and a second block would carry another. Squashing
 * limits are above any segment (2^24 rows).
 */
const LOAD_SETTINGS: ClickHouseSettings = {
  ...STATEMENT_SETTINGS,
  max_threads: 1,
  max_insert_threads: '1',
  max_block_size: '8192',
  min_insert_block_size_rows: '20000000',
  min_insert_block_size_bytes: '8000000000',
  // Planning the statement with optimizations costs 120 ms of CPU, without them 60, and its rows are not cheaper for it (bench/load-cost.ts).
  query_plan_enable_optimizations: 0,
  compile_expressions: 0,
  input_format_parallel_parsing: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // A segment may hold events of any day.
  max_partitions_per_insert_block: '0',
  // Memory is limited for the process; a load that was begun should end.
  max_memory_usage: '0',
  max_execution_time: 0,
  async_insert: 0,
  wait_end_of_query: 1,
};

/** How long one load may take before its request is given up and tried again; the token keeps that harmless. */
export const LOAD_TIMEOUT_MS = 300_000;

/** Zones the store knows, asked for once each; a zone it does not know reads as UTC. */
export class KnownZones {
  readonly #store: Store;
  #names: ReadonlySet<string> | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  async names(): Promise<ReadonlySet<string>> {
    if (this.#names === null) {
      const rows = await this.#store.client.query({
        query: 'SELECT time_zone FROM system.time_zones',
        format: 'JSONEachRow',
      });
      this.#names = new Set((await rows.json<{ time_zone: string }>()).map((row) => row.time_zone));
    }
    return this.#names;
  }
}

/** What loading needs beside the segment. */
export interface LoadParts {
  readonly store: Store;
  readonly zones: KnownZones;
  readonly pipelines: Pick<KnownPipelines, 'inForce'>;
}

/**
 * Inserts a segment: one statement for the projects without a pipeline, one for each with one, one for each other signal. Resolves after the store has
 * answered that all is written, with the number of lines; running it again for the same segment inserts nothing. Rejects with whatever the client throws.
 * `isRefused`: the store has refused it more than once; events are then stored without what their pipelines do.
 */
export async function loadSegment(
  { store, zones, pipelines }: LoadParts,
  segment: Segment,
  signal: AbortSignal,
  { isRefused = false }: { isRefused?: boolean } = {},
): Promise<{ events: number }> {
  const known = await zones.names();
  const frames = await readFile(segment.framesPath, 'utf8');
  const lines = store.readsLocalFiles ? 'file' : 'body';
  const { shape, zones: named, events, others } = segmentShape(frames, lines, (zone) => known.has(zone));
  if (events === 0 && others.size === 0) return { events };
  const parameters = {
    first_event_id: segment.firstEventId.toString(),
    ...(await commonParameters(store, named)),
    ...(store.readsLocalFiles
      ? { lines_path: segment.path, frames_path: segment.framesPath }
      : { segment: segment.token }),
  };
  if (!store.readsLocalFiles) await sendFrames(store, segment, frames, signal);
  const insert = (table: string, query: string, token: string): Promise<void> =>
    insertLines(store, { table, query, token, path: segment.path, parameters, signal });
  if (events > 0)
    for (const part of partsOf(frames, await pipelines.inForce(segment.firstEventId)))
      await insert(
        'logs',
        compileLoad(shape, isRefused ? withoutProcessors(part) : part),
        tokenOf(segment.token, part),
      );
  // Tables deduplicate for themselves: after a crash between them, each takes what it has not.
  for (const other of others.keys()) await insert(other, compileSignalLoad(other, shape), segment.token);
  return { events: events + [...others.values()].reduce((sum, rows) => sum + rows, 0) };
}

interface LineInsert {
  readonly table: string;
  readonly query: string;
  readonly token: string;
  readonly path: string;
  readonly parameters: Record<string, unknown>;
  readonly signal: AbortSignal;
}

async function insertLines(store: Store, { table, query, token, path, parameters, signal }: LineInsert): Promise<void> {
  const common = {
    query_params: parameters,
    clickhouse_settings: { ...LOAD_SETTINGS, insert_deduplication_token: token },
    abort_signal: signal,
  };
  if (store.readsLocalFiles) {
    await store.client.command({ query, ...common });
    return;
  }
  // ClickHouse reads a statement from the address and goes on in the body; all of it is too long for an address.
  const head = `INSERT INTO ${table}`;
  const body = Readable.from(bodyOf(`${query.slice(head.length)}\nFORMAT LineAsString\n`, path), { objectMode: false });
  await ended(await store.client.exec({ query: head, values: body, ...common }));
}

/** Parameters of the statement that do not depend on where the lines are. */
export async function commonParameters(store: Store, zones: readonly string[]): Promise<Record<string, unknown>> {
  const retention = await store.projectRetention();
  return {
    retention_days: store.retentionDays,
    // No project has the slug ''; transform() takes no empty lists.
    retention_projects: ['', ...retention.keys()],
    retention_of_projects: [store.retentionDays, ...retention.values()],
    ...Object.fromEntries(zones.map((zone, index) => [`zone_${index}`, zone])),
  };
}

/** A remote store cannot read the frame index from this disk: it gets it as rows that it forgets after a day. */
async function sendFrames(store: Store, segment: Segment, frames: string, signal: AbortSignal): Promise<void> {
  const answer = await store.client.exec({
    query: `INSERT INTO segment_frames SELECT {segment:String}, now(), * FROM input('${FRAME_INDEX_COLUMNS}') FORMAT JSONEachRow`,
    values: Readable.from([frames]),
    query_params: { segment: segment.token },
    clickhouse_settings: {
      input_format_skip_unknown_fields: 1,
      wait_end_of_query: 1,
      insert_deduplication_token: segment.token,
    },
    abort_signal: signal,
  });
  await ended(answer);
}

async function* bodyOf(statement: string, path: string): AsyncGenerator<Buffer> {
  yield Buffer.from(statement);
  yield* createReadStream(path);
}

async function ended({ stream }: { stream: Readable }): Promise<void> {
  stream.resume();
  await finished(stream);
}
