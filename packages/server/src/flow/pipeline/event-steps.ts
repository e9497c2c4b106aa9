import { documentSteps } from './event-model/document.ts';
import { fieldSteps } from './event-model/fields.ts';
import { levelSteps } from './event-model/level.ts';
import { NAMED_COLUMNS, type NamedColumn } from './event-model/names.ts';
import { type Step, textWhen } from './event-model/step.ts';
import { textLineSteps } from './event-model/text-line.ts';
import { timeSteps } from './event-model/time.ts';
import { EventState, type Origin } from './event-state.ts';
import type { LoadShape } from './framed-lines.ts';
import { renamed } from './layers.ts';
import type { Literals } from './literals.ts';
import type { Pipeline } from './pipeline.ts';

const ATTRIBUTES = 'Map(LowCardinality(String), String)';

/** What the rows before the pipeline are: a line, its row in the segment, and what its frame says. */
const FRAME_STEP: Step = { name: 'received_at', sql: `fromUnixTimestamp64Milli(received_at_ms, 'UTC')` };

/** The fields that did not become columns. */
const OWN_ATTRIBUTES: Step = {
  name: 'own_attributes',
  sql: `CAST((arrayFilter((k, keep) -> keep, keys, kept), arrayFilter((v, keep) -> keep, values, kept)), '${ATTRIBUTES}')`,
};

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
export const COLUMNS: readonly (readonly [column: string, sql: string])[] = [
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

/** Steps from a framed line to what its sender said: fields as columns, the others as attributes. */
const readingSteps = (shape: LoadShape): Step[] => [
  FRAME_STEP,
  ...documentSteps(),
  ...fieldSteps({ overrides: shape.overrides }),
  OWN_ATTRIBUTES,
];

/** All steps from a framed line to the columns of an event, in order. */
export function eventSteps(shape: LoadShape): Step[] {
  return [
    ...readingSteps(shape),
    ...textLineSteps({ timeKnown: 'is_json', levelKnown: 'is_json' }),
    ...timeSteps({ zones: shape.zones }),
    ...levelSteps(),
    ...attributeSteps({ adds: shape.adds }),
  ];
}

/** `moalog.errors` of events whose pipeline the store refuses. */
const REFUSED = JSON.stringify([{ processor: 'pipeline', reason: 'the store refuses it' }]);

/** Columns as a pipeline finds them, and what it leaves in their place when all is done. */
const GIVEN: Readonly<Record<NamedColumn, string>> = {
  timestamp: 'timestamp_text',
  level: 'level_text',
  message: `concat(message_text, if(is_json, '', line))`,
  service: `if(service_text = '', default_service, service_text)`,
  environment: `if(environment_text = '', default_environment, environment_text)`,
  host: `if(host_text = '', default_host, host_text)`,
  trace_id: 'trace_id_text',
  span_id: 'span_id_text',
};

/**
 * The same with a pipeline in the middle: it gets what the sender said and gives it changed; time and level are read from what it leaves. `pipeline` adds
 * its steps to the state. Gives the steps, the columns of the event and the condition for it to be stored.
 */
export function pipelineSteps(
  shape: LoadShape,
  literals: Literals,
  pipeline: (state: EventState) => void,
  { version, keepRaw, isRefused = false }: Pick<Pipeline, 'version' | 'keepRaw' | 'isRefused'>,
): {
  readonly steps: Step[];
  readonly columns: typeof COLUMNS;
  readonly keep: string | undefined;
  readonly state: EventState;
  /** The event as the pipeline gets it. */
  readonly given: Origin;
} {
  const given = Object.entries(GIVEN).map(([column, sql]) => ({ name: `given_${column}`, sql }));
  given.push({ name: 'given_attributes', sql: shape.adds ? 'mapConcat(added, own_attributes)' : 'own_attributes' });
  const columns = new Map(NAMED_COLUMNS.map((column) => [column, `given_${column}`]));
  const origin: Origin = { columns, attributes: 'given_attributes' };
  const state = new EventState(origin, literals);
  pipeline(state);
  const attributes = state.attributes([
    ['moalog.errors', isRefused ? state.text(REFUSED) : state.errors()],
    ['moalog.pipeline', state.text(version)],
    ...(keepRaw ? [['moalog.raw', 'line'] as const] : []),
  ]);
  const dropped = state.dropped();
  const time = state.column('timestamp');
  const rest: Step[] = [
    { name: 'time_known', sql: `is_json OR ${time} != ''` },
    // A line whose time was read has been understood: a word in it is no level unless the pipeline says so.
    { name: 'level_known', sql: `time_known OR ${state.column('level')} != ''` },
    ...textLineSteps({ timeKnown: 'time_known', levelKnown: 'level_known' }),
    ...timeSteps({ zones: shape.zones }),
    ...levelSteps(),
    ...attributeSteps({ adds: false }),
  ];
  const names = new Map([
    ['timestamp_text', time],
    ['level_text', state.column('level')],
    ['trace_id_text', state.column('trace_id')],
    ['span_id_text', state.column('span_id')],
    ['own_attributes', attributes],
  ]);
  const [...left] = renamed(rest, names);
  const changed = new Map<string, string>(
    (['message', 'service', 'environment', 'host'] as const).map((column) => [column, state.column(column)]),
  );
  return {
    steps: [...readingSteps(shape), ...given, ...state.steps, ...left],
    columns: COLUMNS.map(([column, sql]) => [
      column,
      changed.get(column) ?? renamed([{ name: '', sql }], names)[0]?.sql ?? sql,
    ]),
    keep: dropped === '0' ? undefined : `NOT ${dropped}`,
    state,
    given: origin,
  };
}
