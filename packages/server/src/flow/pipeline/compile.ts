import { documentSteps } from './event-model/document.ts';
import { fieldSteps } from './event-model/fields.ts';
import { levelSteps } from './event-model/level.ts';
import { type Step, textWhen } from './event-model/step.ts';
import { textLineSteps } from './event-model/text-line.ts';
import { timeSteps } from './event-model/time.ts';

/** What a load statement depends on beside the data; statements of the same shape have the same text. */
export interface LoadShape {
  /** Lines come from a local segment file, as the body of the request, or, a few for a preview, as a parameter. */
  readonly lines: 'file' | 'body' | 'parameter';
  /** Whether any frame names fields of its own. */
  readonly overrides: boolean;
  /** Whether any frame adds attributes to its events. */
  readonly adds: boolean;
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
].join(', ');

const ATTRIBUTES = 'Map(LowCardinality(String), String)';

/** What the rows before the pipeline are: a line, its row in the segment, and what its frame says. */
function frameSteps(): Step[] {
  return [{ name: 'received_at', sql: `fromUnixTimestamp64Milli(received_at_ms, 'UTC')` }];
}

/**
 * Attributes: the fields that did not become columns, what the source adds, and marks under `moalog.`.
 */
function attributeSteps({ adds }: { adds: boolean }): Step[] {
  const marks: readonly (readonly [name: string, sql: string])[] = [
    ['moalog.parse_error', 'parse_error'],
    ['moalog.timestamp_error', 'timestamp_error'],
    ['moalog.level_text', 'unknown_level'],
    ['moalog.truncated', `concat(${textWhen('too_long', `'line'`)}, ${textWhen('too_many_fields', `'fields'`)})`],
  ];
  const names = marks.map(([name]) => `'${name}'`).join(', ');
  return [
    {
      name: 'own_attributes',
      sql: `CAST((arrayFilter((k, keep) -> keep, keys, kept), arrayFilter((v, keep) -> keep, values, kept)), '${ATTRIBUTES}')`,
    },
    {
      name: 'marks',
      sql: `mapFilter((k, v) -> v != '', CAST(([${names}], [${marks.map(([, sql]) => sql).join(', ')}]), '${ATTRIBUTES}'))`,
    },
    {
      // own_attributes is named in the condition so that it is not computed under its mask (document.ts).
      name: 'has_more',
      sql: `(length(parse_error) + length(timestamp_error) + length(unknown_level) + too_long + too_many_fields${adds ? ' + length(added)' : ''} + (length(own_attributes) < 0)) > 0`,
    },
    {
      name: 'event_attributes',
      sql: `if(has_more, mapConcat(${adds ? 'added, ' : ''}own_attributes, marks), own_attributes)`,
    },
  ];
}

/** Columns of `logs` in the order of the INSERT. */
const COLUMNS: readonly (readonly [column: string, sql: string])[] = [
  ['project', 'project'],
  ['timestamp', 'event_time'],
  ['received_at', 'received_at'],
  ['event_id', '{first_event_id:UInt64} + row'],
  ['level', 'event_level'],
  ['service', `if(service_text = '', default_service, service_text)`],
  ['environment', `if(environment_text = '', default_environment, environment_text)`],
  ['host', `if(host_text = '', default_host, host_text)`],
  ['source', 'source'],
  ['message', `concat(message_text, if(is_json, '', line))`],
  ['trace_id', 'lower(trace_id_text)'],
  ['span_id', 'lower(span_id_text)'],
  ['attributes', 'event_attributes'],
  [
    'retention_days',
    'transform(project, {retention_projects:Array(String)}, {retention_of_projects:Array(UInt16)}, {retention_days:UInt16})',
  ],
];

/** What `framedLines` gives. */
const FRAMED_NAMES = [
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
function framedLines(shape: LoadShape): string {
  const { lines, frames } = sourceOf(shape.lines);
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
  WHERE l.row != f.header_row`;
}

/** All steps from a framed line to the columns of an event, in order. */
function eventSteps(shape: LoadShape): Step[] {
  return [
    ...frameSteps(),
    ...documentSteps(),
    ...fieldSteps({ overrides: shape.overrides }),
    ...textLineSteps(),
    ...timeSteps({ zones: shape.zones }),
    ...levelSteps(),
    ...attributeSteps({ adds: shape.adds }),
  ];
}

/**
 * The SELECT that turns a segment into rows of `logs`. One implementation for loading, previews and re-processing.
 *
 * Steps are laid in nested SELECTs, each step one layer above what it uses: the engine then computes each once, where aliases of one
 * SELECT would be copied into each other until the statement is too large. A layer hands up only what layers above it use, which
 * keeps the planning of the statement short (bench/load-cost.ts).
 */
export function compileSelect(shape: LoadShape): string {
  return selectOf(
    shape,
    COLUMNS.map(([column, sql]) => `${sql} AS out_${column}`),
  );
}

/** The same SELECT up to some expressions over steps; for measuring the steps. */
export function selectOf(shape: LoadShape, columns: readonly string[]): string {
  const layers = layersOf(inlined(eventSteps(shape), columns));
  const wanted = [new Set(columns.flatMap(namesIn))];
  for (const layer of layers.toReversed())
    wanted.unshift(new Set([...(wanted[0] ?? []), ...layer.flatMap((step) => namesIn(step.sql))]));
  let available: readonly string[] = FRAMED_NAMES;
  const named = [`layer_0 AS (\n${framedLines(shape)}\n)`];
  layers.forEach((layer, index) => {
    const passed = available.filter((name) => wanted[index + 1]?.has(name));
    const expressions = [...passed, ...layer.map((step) => `${step.sql} AS ${step.name}`)].join(',\n  ');
    named.push(`layer_${index + 1} AS (SELECT ${expressions}\nFROM layer_${index})`);
    available = [...passed, ...layer.map((step) => step.name)];
  });
  return `WITH ${named.join(',\n')}\nSELECT ${columns.join(',\n  ')}\nFROM layer_${layers.length}`;
}

const namesIn = (sql: string): string[] => sql.match(/[a-z_][a-z0-9_]*/g) ?? [];

/**
 * Steps that one other step uses once are written into it, which makes fewer layers. Not into lambdas: there they would be computed for
 * each element.
 */
function inlined(steps: readonly Step[], columns: readonly string[]): Step[] {
  let left: readonly Step[] = steps;
  for (const { name } of steps) {
    const step = left.find((candidate) => candidate.name === name);
    const uses = [...left.map((user) => user.sql), ...columns].flatMap(namesIn).filter((used) => used === name).length;
    const user = left.find((candidate) => namesIn(candidate.sql).includes(name));
    if (step === undefined || user === undefined || uses !== 1 || user.sql.includes('->')) continue;
    const merged = { name: user.name, sql: user.sql.replace(new RegExp(`\\b${name}\\b`), () => `(${step.sql})`) };
    left = left.flatMap((candidate) => (candidate === step ? [] : candidate === user ? [merged] : [candidate]));
  }
  return [...left];
}

/** Steps grouped so that each uses only names of the groups before its own. */
function layersOf(steps: readonly Step[]): Step[][] {
  const layerOf = new Map<string, number>();
  const layers: Step[][] = [];
  for (const step of steps) {
    const layer = Math.max(-1, ...namesIn(step.sql).map((name) => layerOf.get(name) ?? -1)) + 1;
    layerOf.set(step.name, layer);
    layers[layer] = [...(layers[layer] ?? []), step];
  }
  return layers;
}

/** The whole load statement. Parameters: first_event_id, retention_days, retention_projects, retention_of_projects, zone_N, and lines_path and frames_path, or segment (its token, in `segment_frames`), or lines and frames. */
export function compileLoad(shape: LoadShape): string {
  const names = COLUMNS.map(([column]) => column).join(', ');
  return `INSERT INTO logs (${names})\n${compileSelect(shape)}`;
}
