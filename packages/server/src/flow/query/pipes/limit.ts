import { sql, unsafeSql, unsigned } from '../compile/sql.ts';
import type { Compiler } from './compiler.ts';
import { nested, orderBy, select } from './rows.ts';

export const limit: Compiler<'limit'> = ({ count }, rows) =>
  nested(rows, sql`${select(unsafeSql('*'), rows)}${orderBy(rows.order)} LIMIT ${unsigned(count)}`);
