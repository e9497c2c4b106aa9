import type { SearchResponse } from '@moalog/contract';

export type Row = SearchResponse['rows'][number];

/** A field of a row: a column, or an attribute. */
export function fieldOf(row: Row, field: string): string {
  const column = (row as Record<string, unknown>)[field];
  return typeof column === 'string' ? column : (row.attributes?.[field] ?? '');
}

/** The message, or what an event without one is shown as. */
export function messageOf(row: Row): string {
  if (row.message !== undefined && row.message !== '') return row.message;
  return Object.entries(row.attributes ?? {})
    .slice(0, 12)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** Every field of a row that has a value, columns first, attributes by name. */
export function fieldsOf(row: Row): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(row))
    if (typeof value === 'string' && value !== '') fields.set(name, value);
  for (const [name, value] of Object.entries(row.attributes ?? {}).sort(([a], [b]) => a.localeCompare(b))) {
    if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}
