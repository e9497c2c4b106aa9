import type { exportRequestSchema } from '@moalog/contract';
import type { z } from 'zod';
import type { Scope } from '../compile/scope.ts';
import { type Sql, sql, unsafeSql, unsigned } from '../compile/sql.ts';
import { FILE_COLUMNS, selectedColumns } from '../event-row.ts';

type Request = z.output<typeof exportRequestSchema>;

export const EXPORT_TYPES: Readonly<
  Record<Request['format'], { readonly format: string; readonly contentType: string; readonly extension: string }>
> = {
  csv: { format: 'CSVWithNames', contentType: 'text/csv; charset=utf-8', extension: 'csv' },
  ndjson: { format: 'JSONEachRow', contentType: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
  parquet: { format: 'Parquet', contentType: 'application/vnd.apache.parquet', extension: 'parquet' },
};

/** Everything that was found, without a cap on rows, as of the moment of the question. */
export function exportStatement(request: Request, scope: Scope, acceptedBelow: bigint): Sql {
  const direction = unsafeSql(request.order === 'desc' ? 'DESC' : 'ASC');
  const limit = request.limit === undefined ? unsafeSql('') : sql`LIMIT ${unsigned(request.limit)}`;
  return sql`SELECT ${request.columns === undefined && request.format !== 'ndjson' ? FILE_COLUMNS : selectedColumns(request.columns)} FROM logs WHERE ${scope.where} AND event_id < ${unsigned(acceptedBelow)} ORDER BY timestamp ${direction} ${limit}`;
}
