import { sql, unsafeSql, unsigned } from '../compile/sql.ts';
import type { Compiler } from './compiler.ts';
import { nested, select } from './rows.ts';

export const sample: Compiler<'sample'> = ({ count }, rows) =>
  nested(rows, sql`${select(unsafeSql('*'), rows)} ORDER BY rand() LIMIT ${unsigned(count)}`);
