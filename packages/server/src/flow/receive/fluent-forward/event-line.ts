import { asText, EventTime, fieldsJson, toJson } from './msgpack.ts';

/**
 * An entry of Fluent forward as an event line: the record's fields, the tag as `fluent.tag`, and the entry's time as `fluent.time`, which the frame names as the
 * field of the time. A record that is no map becomes `message`.
 */
export function fluentEventLine(tag: string, time: unknown, record: unknown): string {
  // Fluent Bit 2 sends [time, metadata] in the place of the time.
  const [when, metadata] = Array.isArray(time) ? time : [time];
  const nanoseconds = timeText(when);
  const about = typeof metadata === 'object' && metadata !== null && Object.keys(metadata).length > 0 ? metadata : null;
  const head = [
    ...(tag === '' ? [] : [`"fluent.tag":${JSON.stringify(tag)}`]),
    ...(nanoseconds === null ? [] : [`"fluent.time":"${nanoseconds}"`]),
    ...(about === null ? [] : [`"fluent.metadata":${toJson(about)}`]),
  ];
  const isMap =
    typeof record === 'object' && record !== null && !Array.isArray(record) && !(record instanceof Uint8Array);
  const fields = isMap ? fieldsJson(record) : `"message":${JSON.stringify(asText(record))}`;
  return `{${[...head, ...(fields === '' ? [] : [fields])].join(',')}}`;
}

/** Seconds or nanoseconds since the epoch, told apart by their size later; null for none. */
function timeText(time: unknown): string | null {
  if (time instanceof EventTime) return time.nanoseconds > 0n ? String(time.nanoseconds) : null;
  if (typeof time === 'bigint') return time > 0n ? String(time) : null;
  if (typeof time === 'number' && time > 0 && Number.isFinite(time))
    return Number.isInteger(time) ? String(time) : time.toFixed(6);
  return null;
}
