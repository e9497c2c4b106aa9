import type { ContextResponse } from '@moalog/contract';
import { MoalogError } from '#errors';
import { inProjects } from '../compile/scope.ts';
import { sql, unsafeSql, unsigned } from '../compile/sql.ts';
import { ALL_COLUMNS, type EventRow } from '../event-row.ts';
import type { Runner } from '../runner.ts';
import { toNanoseconds } from '../time-range.ts';

/** One event of the projects. Rejects with `not_found` for an id that is not theirs, as for one that is nobody's. */
export async function eventById(
  runner: Runner,
  projects: readonly string[],
  id: bigint,
  signal: AbortSignal,
): Promise<EventRow> {
  const statement = sql`SELECT ${ALL_COLUMNS} FROM logs WHERE ${inProjects(projects)} AND event_id = ${unsigned(id)} LIMIT 1`;
  const [event] = (await runner.rows<EventRow>('event', statement, signal)).rows;
  if (event === undefined)
    throw new MoalogError(
      'not_found',
      `There is no event ${id} in ${projects.join(', ')}, or it is older than the retention.`,
    );
  return event;
}

/** Neighbours of an event in time, from the same project, service and host. */
export async function eventContext(
  runner: Runner,
  event: EventRow,
  count: { before: number; after: number },
  signal: AbortSignal,
): Promise<ContextResponse> {
  const at = sql`fromUnixTimestamp64Nano(${toNanoseconds(event.timestamp, 0) ?? 0n}, 'UTC')`;
  const id = unsigned(BigInt(event.event_id));
  const neighbours = async (older: boolean, limit: number): Promise<EventRow[]> => {
    if (limit === 0) return [];
    const direction = unsafeSql(older ? 'DESC' : 'ASC');
    const beyond = unsafeSql(older ? '<' : '>');
    const statement = sql`SELECT ${ALL_COLUMNS} FROM logs WHERE project = ${event.project} AND timestamp ${unsafeSql(older ? '<=' : '>=')} ${at} AND (timestamp ${beyond} ${at} OR event_id ${beyond} ${id}) AND service = ${event.service} AND host = ${event.host} ORDER BY timestamp ${direction}, event_id ${direction} LIMIT ${unsigned(limit)}`;
    return [...(await runner.rows<EventRow>('context', statement, signal)).rows];
  };
  const [before, after] = await Promise.all([neighbours(true, count.before), neighbours(false, count.after)]);
  return { before: before.reverse(), event, after };
}
