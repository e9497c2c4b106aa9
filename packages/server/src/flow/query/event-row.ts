import { EVENT_COLUMNS, type Event } from '@moalog/contract';
import { MoalogError } from '#errors';
import { resolveField } from './compile/field.ts';
import { join, readUnsigned64, type Sql, sql, unsafeSql } from './compile/sql.ts';

/** A row as the engine answers it with `date_time_output_format = 'iso'` and quoted 64-bit integers: already an event. */
export type EventRow = Event;

export const ALL_COLUMNS: Sql = unsafeSql(EVENT_COLUMNS.join(', '));

/** Columns of an answer; wanted attributes come as a smaller `attributes`. `timestamp` and `event_id` are always there, for cursors and keys. */
export function selectedColumns(wanted: readonly string[] | undefined): Sql {
  if (wanted === undefined) return ALL_COLUMNS;
  const columns = new Set<string>(['timestamp', 'event_id', 'project']);
  const attributes: string[] = [];
  for (const name of wanted) {
    if (name === 'attributes') columns.add('attributes');
    else {
      const field = resolveField(name);
      if (field.kind === 'attribute') attributes.push(field.name);
      else columns.add(field.name);
    }
  }
  const list = [...columns].map((column) => unsafeSql(column));
  if (attributes.length > 0 && !columns.has('attributes')) {
    list.push(sql`mapFilter((k, v) -> has(${attributes}, k), attributes) AS attributes`);
  }
  return join(list, ', ');
}

/** An event id as the API takes it. */
export function readEventId(text: string): bigint {
  const id = readUnsigned64(text);
  if (id !== null) return id;
  throw new MoalogError('invalid_request', 'An event id is a whole number below 2^64 in decimal text.', {
    places: [{ path: 'id', message: 'is not an event id' }],
  });
}
