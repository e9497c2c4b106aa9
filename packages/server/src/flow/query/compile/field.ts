import { type Sql, sql, unsafeSql } from './sql.ts';

/** Columns that a search may name. Everything else is an attribute. */
const TEXT_COLUMNS = [
  'project',
  'level',
  'service',
  'environment',
  'host',
  'source',
  'message',
  'trace_id',
  'span_id',
] as const;
const TIME_COLUMNS = ['timestamp', 'received_at'] as const;

/** Other spellings of columns that people know from elsewhere. */
const ALIASES: Readonly<Record<string, string>> = {
  '@timestamp': 'timestamp',
  'service.name': 'service',
  'host.name': 'host',
  severity: 'level',
  'log.level': 'level',
  'trace.id': 'trace_id',
  'span.id': 'span_id',
  env: 'environment',
};

/** A field of the search language as the store has it. */
export interface ResolvedField {
  readonly name: string;
  readonly kind: 'text' | 'time' | 'id' | 'attribute';
  /** Its value: String, except for kinds `time` and `id`. */
  readonly value: Sql;
}

/** The one place that knows where a field lies: a column, or the map. */
export function resolveField(field: string): ResolvedField {
  const plain = field.startsWith('attributes.') ? field.slice('attributes.'.length) : field;
  const name = plain === field ? (ALIASES[field] ?? field) : plain;
  if (plain === field) {
    if ((TEXT_COLUMNS as readonly string[]).includes(name)) return { name, kind: 'text', value: unsafeSql(name) };
    if ((TIME_COLUMNS as readonly string[]).includes(name)) return { name, kind: 'time', value: unsafeSql(name) };
    if (name === 'event_id') return { name, kind: 'id', value: unsafeSql(name) };
  }
  return { name, kind: 'attribute', value: sql`attributes[${name}]` };
}
