import { escapeRegex } from '../compile/escape-regex.ts';
import { sql, unsafeSql } from '../compile/sql.ts';
import { asText } from '../compile/value.ts';
import type { Compiler } from './compiler.ts';
import { added, type Context, computed, namesOf, type Rows } from './rows.ts';

export const parse: Compiler<'parse'> = ({ pattern, field, names }, rows, context) =>
  groupsRead(
    expressionOf(pattern),
    field?.name ?? 'message',
    names.map(({ name }, i) => ({ name, group: i + 1 })),
    rows,
    context,
  );

/** Each `*` is as little as can be; at an end of the pattern, everything to that end of the text. */
function expressionOf(pattern: string): string {
  const parts = pattern.split('*').map(escapeRegex);
  const body = parts.slice(0, -1).join('(.*?)');
  const last = parts[parts.length - 1] ?? '';
  const anchored = parts[0] === '' ? '^' : '';
  return `(?s)${anchored}${body}${last === '' ? '(.*)$' : `(.*?)${last}`}`;
}

/** Columns from the groups of an RE2 expression; empty where it does not match. */
export function groupsRead(
  expression: string,
  field: string,
  groups: readonly { readonly name: string; readonly group: number }[],
  rows: Rows,
  context: Context,
): Rows {
  const text = asText(namesOf(rows, context).valueOf(field));
  const before = rows.columns;
  const read = computed(rows, [{ name: '', type: 'text', sql: sql`extractGroups(${text}, ${expression})` }], context);
  const found = read.columns[read.columns.length - 1]?.sql ?? sql`[]`;
  return added(
    { ...read, columns: before },
    groups.map(({ name, group }) => ({ name, type: 'text', sql: sql`${found}[${unsafeSql(String(group))}]` })),
  );
}
