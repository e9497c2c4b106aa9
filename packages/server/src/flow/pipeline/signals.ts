import { framedLines, type LoadShape } from './framed-lines.ts';
import { Literals } from './literals.ts';

/** A table beside `logs` whose lines a receiver wrote: what is in them, and the columns of the table. */
interface SignalTable {
  /** Fields of a line, with their types. Numbers that may be NaN or infinite are text, since JSON has none such. */
  readonly fields: readonly string[];
  readonly columns: readonly (readonly [column: string, sql: string])[];
}

/** A time further ahead of its arrival than this is not believed. */
const MAX_AHEAD_MS = 86_400_000;
const MAP = 'Map(LowCardinality(String), String)';
const field = (name: string): string => `tupleElement(item, '${name}')`;
const number = (name: string): string => `toFloat64OrDefault(${field(name)}, nan)`;
const same = (...names: string[]): (readonly [string, string])[] => names.map((name) => [name, field(name)]);

/** What both have. */
const SHARED_FIELDS = [
  'time Int64',
  'name String',
  'service String',
  'environment String',
  'host String',
  `attributes ${MAP}`,
];

function sharedColumns(adds: boolean): (readonly [string, string])[] {
  const orDefault = (name: string): string => `if(${field(name)} = '', default_${name}, ${field(name)})`;
  const marked = `if(is_timely, ${field('attributes')}, mapConcat(${field('attributes')}, map('moalog.timestamp_error', toString(${field('time')}))))`;
  return [
    ['project', 'project'],
    [
      'timestamp',
      `if(is_timely, fromUnixTimestamp64Nano(${field('time')}, 'UTC'), toDateTime64(received_at, 9, 'UTC'))`,
    ],
    ['received_at', 'received_at'],
    ['service', orDefault('service')],
    ['environment', orDefault('environment')],
    ['host', orDefault('host')],
    ['source', 'source'],
    ['attributes', adds ? `mapUpdate(added, ${marked})` : marked],
    [
      'retention_days',
      'transform(project, {retention_projects:Array(String)}, {retention_of_projects:Array(UInt16)}, {retention_days:UInt16})',
    ],
  ];
}

const TABLES: Readonly<Record<'spans' | 'metrics', SignalTable>> = {
  spans: {
    fields: [
      'trace_id String',
      'span_id String',
      'parent_span_id String',
      'trace_state String',
      'kind String',
      'duration_ns UInt64',
      'status String',
      'status_message String',
      'events String',
      'links String',
    ],
    columns: same(
      'name',
      'trace_id',
      'span_id',
      'parent_span_id',
      'trace_state',
      'kind',
      'duration_ns',
      'status',
      'status_message',
      'events',
      'links',
    ),
  },
  metrics: {
    fields: [
      'kind String',
      'unit String',
      'value String',
      'count UInt64',
      'min String',
      'max String',
      'bounds Array(Float64)',
      'buckets Array(Float64)',
      'temporality String',
      'is_monotonic Bool',
      'start Int64',
    ],
    columns: [
      ...same('name', 'kind', 'unit', 'count', 'bounds', 'buckets', 'temporality', 'is_monotonic'),
      ...['value', 'min', 'max'].map((name) => [name, number(name)] as const),
      ['start', `fromUnixTimestamp64Nano(${field('start')}, 'UTC')`],
    ],
  },
};

const columnsOf = (signal: keyof typeof TABLES, { adds }: LoadShape): readonly (readonly [string, string])[] => [
  ...sharedColumns(adds),
  ...TABLES[signal].columns,
];

/** The SELECT that turns the lines of a signal into rows of its table. */
export function compileSignalSelect(signal: keyof typeof TABLES, shape: LoadShape): string {
  const literals = new Literals();
  const tuple = [...SHARED_FIELDS, ...TABLES[signal].fields].join(', ');
  const columns = columnsOf(signal, shape).map(([column, sql]) => `${sql} AS out_${column}`);
  return literals.write(`SELECT ${columns.join(',\n  ')}
FROM (
  SELECT *, ${field('time')} > 0 AND ${field('time')} <= (received_at_ms + ${MAX_AHEAD_MS}) * 1000000 AS is_timely
  FROM (
    SELECT *, JSONExtract(raw, 'Tuple(${tuple})') AS item, fromUnixTimestamp64Milli(received_at_ms, 'UTC') AS received_at
    FROM (${framedLines(shape, { signal, except: [] }, literals)})
  )
)`);
}

/** The whole load statement of a signal; parameters as for logs. */
export function compileSignalLoad(signal: keyof typeof TABLES, shape: LoadShape): string {
  const names = columnsOf(signal, shape).map(([column]) => column);
  return `INSERT INTO ${signal} (${names.join(', ')})\n${compileSignalSelect(signal, shape)}`;
}
