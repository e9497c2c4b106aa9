import { join, sql, unsafeSql } from '../compile/sql.ts';
import type { Compiler } from './compiler.ts';
import { groupValues } from './group.ts';
import { nested, orderBy, select } from './rows.ts';

/** The first of each, in the order the rows have: of events the newest. */
export const dedup: Compiler<'dedup'> = ({ fields }, rows, context) => {
  const keys = groupValues(fields, rows, context).map((value) => value.sql);
  return nested(rows, sql`${select(unsafeSql('*'), rows)}${orderBy(rows.order)} LIMIT 1 BY ${join(keys, ', ')}`);
};
