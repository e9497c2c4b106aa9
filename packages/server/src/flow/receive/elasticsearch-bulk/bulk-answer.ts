import { randomBytes } from 'node:crypto';
import type { MoalogError } from '#errors';
import type { BulkItem } from './bulk-body.ts';
import { typeOf } from './error-answer.ts';
import { applyFilterPath, type FilterPath, wantsAll } from './filter-path.ts';

/** Why a run was not stored, null when it was. */
export type RunOutcome = MoalogError | null;

/**
 * The true per-item answer. `took`, `errors`, `items` stand in this order and without spaces: Fluent Bit looks for the bytes
 * `"errors":false,"items":[`.
 */
export function bulkAnswer(
  items: readonly BulkItem[],
  runs: readonly RunOutcome[],
  tookMs: number,
  filter: FilterPath,
): string {
  const errors = items.some(({ fate }) => 'refused' in fate || runs[fate.run] !== null);
  const ids = idMaker();
  if (!wantsAll(filter)) {
    const short = statusesAlone(items, filter, errors);
    if (short !== null) return short;
    const answer = {
      took: tookMs,
      errors,
      items: items.map((item) => JSON.parse(itemJson(item, runs, ids)) as unknown),
    };
    return JSON.stringify(applyFilterPath(answer, filter) ?? {});
  }
  return `{"took":${tookMs},"errors":${errors},"items":[${items.map((item) => itemJson(item, runs, ids)).join(',')}]}`;
}

/** What Beats and Logstash ask for: `errors,items.*.error,items.*.status`. Without an error, all items are alike then. */
function statusesAlone(items: readonly BulkItem[], { include, exclude }: FilterPath, errors: boolean): string | null {
  const asked = include
    .map((path) => path.join('.'))
    .sort()
    .join(',');
  if (errors || exclude.length > 0 || asked !== 'errors,items.*.error,items.*.status') return null;
  return `{"errors":false,"items":[${items.map(({ action }) => `{"${action}":{"status":201}}`).join(',')}]}`;
}

function itemJson({ action, index, id, fate }: BulkItem, runs: readonly RunOutcome[], ids: () => string): string {
  const place = `{"${action}":{"_index":${JSON.stringify(index)},"_id":`;
  if ('refused' in fate)
    return `${place}${JSON.stringify(id)},"status":400,"error":${errorJson('illegal_argument_exception', fate.why)}}}`;
  const failed = runs[fate.run];
  if (failed) {
    return `${place}${JSON.stringify(id)},"status":${itemStatus(failed)},"error":${errorJson(typeOf(failed.code), failed.message)}}}`;
  }
  return `${place}${id === null ? `"${ids()}"` : JSON.stringify(id)},"_version":1,"result":"created","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":0,"_primary_term":1,"status":201}}`;
}

/** 429 and 503 are what clients send again, item by item. */
const itemStatus = (error: MoalogError): number => (error.status === 507 ? 503 : error.status);

const errorJson = (type: string, reason: string): string => JSON.stringify({ type, reason });

/** Ids of 20 characters as Elasticsearch makes them, unique over requests. */
export function idMaker(): () => string {
  const prefix = randomBytes(9).toString('base64url');
  let next = 0;
  return () => `${prefix}${(next++).toString(36).padStart(8, '0')}`;
}
