import { join, type Sql, sql, unsafeSql, unsigned } from '../compile/sql.ts';
import type { Rows } from '../pipes/rows.ts';
import { LOGS } from '../pipes/source.ts';

/** Messages that patterns are made of, about. */
export const SAMPLE_EVENTS = 100_000;
/** Rows that are read together; of each such block not less than one in so many is taken, so that the sample is from all over the time range. */
const BLOCK_ROWS = 8_192;
const MAX_THINNING = 8;
/** Characters of a message's first line that count. */
const MAX_LINE = 500;

export interface SampleBars {
  readonly startMs: number;
  readonly intervalMs: number;
}

/** One in `every` rows, as columns: line, level, bar, whether there is more behind the line, how many. */
export function sampleStatement(rows: Rows, every: number, { startMs, intervalMs }: SampleBars): Sql {
  const thinning = Math.min(every, MAX_THINNING);
  const blocks = Math.ceil(every / thinning);
  const isTable = rows.from === LOGS;
  const conditions = [
    ...(rows.where === null ? [] : [rows.where]),
    ...(every === 1 ? [] : [sql`cityHash64(event_id) % ${unsigned(isTable ? thinning : every)} = 0`]),
  ];
  const prewhere =
    isTable && blocks > 1
      ? sql` PREWHERE cityHash64(_part_index, intDiv(_part_offset, ${unsigned(BLOCK_ROWS)})) % ${unsigned(blocks)} = 0`
      : unsafeSql('');
  const where = conditions.length === 0 ? unsafeSql('') : sql` WHERE ${join(conditions, ' AND ')}`;
  return sql`SELECT leftUTF8(substringIndex(message, '\n', 1), ${unsigned(MAX_LINE)}) AS line, toString(level) AS severity, intDiv(toUnixTimestamp64Milli(timestamp) - ${BigInt(startMs)}, ${BigInt(intervalMs)}) AS bar, length(line) < length(message) AS cut, count() AS events FROM ${rows.from}${prewhere}${where} GROUP BY line, severity, bar, cut LIMIT ${unsigned(2 * SAMPLE_EVENTS)}`;
}
