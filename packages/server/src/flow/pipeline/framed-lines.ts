import type { Literals } from './literals.ts';

/** What a load statement depends on beside the data; statements of the same shape have the same text. */
export interface LoadShape {
  /** Lines come from a local segment file, as the body of the request, or, a few for a preview, as a parameter. */
  readonly lines: 'file' | 'body' | 'parameter';
  /** Whether any frame names fields of its own. */
  readonly overrides: boolean;
  /** Whether any frame adds attributes to its events. */
  readonly adds: boolean;
  /** Whether lines of other signals stand among the log events. */
  readonly mixed: boolean;
  /** How many distinct zones the frames name; their names are the parameters `zone_0`, `zone_1`, …. */
  readonly zones: number;
}

/** Structure of a segment's frame index (JSONEachRow), one row a frame, in order of `header_row`. */
export const FRAME_INDEX_COLUMNS = [
  'header_row UInt64',
  'project String',
  'source String',
  'received_at_ms Int64',
  'service String',
  'environment String',
  'host String',
  'attributes Map(LowCardinality(String), String)',
  'time_fields Array(String)',
  'message_fields Array(String)',
  'level_fields Array(String)',
  'numeric_levels String',
  'timezone String',
  'signal String',
].join(', ');

/** Which lines are read: those of one project, or of all but some; log events unless another signal is named. */
export interface LineFilter {
  readonly signal?: string;
  readonly only?: string | undefined;
  readonly except: readonly string[];
}

/** What `framedLines` gives. */
export const FRAMED_NAMES = [
  'raw',
  'row',
  'project',
  'source',
  'received_at_ms',
  'default_service',
  'default_environment',
  'default_host',
  'added',
  'time_fields',
  'message_fields',
  'level_fields',
  'numeric_levels',
  'timezone',
] as const;

/** Where lines and frame index are read. */
function sourceOf(lines: LoadShape['lines']): { readonly lines: string; readonly frames: string } {
  const numbered = (row: string, from: string): string =>
    `SELECT line AS raw, toUInt64(${row}) AS row, 1 AS one FROM ${from}`;
  switch (lines) {
    case 'file':
      return {
        lines: numbered('assumeNotNull(_row_number)', `file({lines_path:String}, 'LineAsString', 'line String')`),
        frames: `file({frames_path:String}, 'JSONEachRow', '${FRAME_INDEX_COLUMNS}')`,
      };
    case 'body':
      return {
        lines: numbered('rowNumberInAllBlocks()', `input('line String')`),
        frames: '(SELECT * FROM segment_frames WHERE segment = {segment:String})',
      };
    case 'parameter':
      return {
        lines: numbered('rowNumberInAllBlocks()', `format(LineAsString, 'line String', {lines:String})`),
        frames: `format(JSONEachRow, '${FRAME_INDEX_COLUMNS}', {frames:String})`,
      };
  }
}

/** Rows of the segment with the frame each belongs to. Header lines are known by their row, never by what they contain. */
export function framedLines(shape: LoadShape, { signal = '', only, except }: LineFilter, literals: Literals): string {
  const { lines, frames } = sourceOf(shape.lines);
  const chosen =
    only !== undefined
      ? ` AND f.project = ${literals.one(only)}`
      : except.length > 0
        ? ` AND f.project NOT IN (${except.map((slug) => literals.one(slug)).join(', ')})`
        : '';
  const ofSignal = shape.mixed || signal !== '' ? ` AND f.signal = ${literals.one(signal)}` : '';
  const lowered = (names: string): string => `arrayMap(name -> lower(name), ${names})`;
  return `SELECT l.raw AS raw, l.row AS row, f.project AS project, f.source AS source, f.received_at_ms AS received_at_ms, f.service AS default_service,
    f.environment AS default_environment, f.host AS default_host, f.attributes AS added, f.time_fields AS time_fields,
    f.message_fields AS message_fields, f.level_fields AS level_fields, f.numeric_levels AS numeric_levels, f.timezone AS timezone
  FROM (${lines}) AS l ASOF JOIN (
    SELECT * REPLACE (${lowered('time_fields')} AS time_fields, ${lowered('message_fields')} AS message_fields, ${lowered('level_fields')} AS level_fields,
      toLowCardinality(project) AS project, toLowCardinality(source) AS source, toLowCardinality(service) AS service,
      toLowCardinality(environment) AS environment, toLowCardinality(host) AS host), 1 AS one
    FROM ${frames}
  ) AS f ON l.one = f.one AND l.row >= f.header_row
  WHERE l.row != f.header_row${ofSignal}${chosen}`;
}
