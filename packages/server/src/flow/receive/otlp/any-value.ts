import type { LineWriter } from '../protobuf/line-writer.ts';
import type { Wire } from '../protobuf/wire.ts';
import { ARRAY, ITEM, KEY, KVLIST, STRING, scalarText, VALUE } from './any-value-json.ts';

/** Maps nested deeper stay JSON text. */
const MAX_DEPTH = 32;
const DOT = Buffer.from('.');

/** Told of each name at the top of a record, before it is written. */
export type OnName = (bytes: Buffer, start: number, end: number) => void;

/**
 * Writes the KeyValue at the cursor as one field, or more when its value is a map: names are dotted. `prefix` ends in a dot. A value that is null is
 * left out.
 */
export function writeKeyValue(
  wire: Wire,
  out: LineWriter,
  prefix: Buffer | null,
  depth: number,
  onName?: OnName,
): void {
  const end = wire.enter();
  let start = 0;
  let stop = 0;
  let valueAt = -1;
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === KEY) {
      stop = wire.enter();
      start = wire.at;
      wire.at = stop;
    } else if (tag === VALUE) {
      valueAt = wire.at;
      wire.skip(tag);
    } else wire.skip(tag);
  }
  wire.leave(end);
  if (valueAt < 0) return;
  wire.at = valueAt;
  if (prefix === null) {
    onName?.(wire.bytes, start, stop);
    writeValue(wire, out, wire.bytes, start, stop, depth);
  } else {
    const name = Buffer.concat([prefix, wire.bytes.subarray(start, stop)]);
    writeValue(wire, out, name, 0, name.length, depth);
  }
  wire.at = end;
}

/** Writes the AnyValue at the cursor under a name; a map becomes fields whose names begin with it. */
function writeValue(wire: Wire, out: LineWriter, name: Buffer, start: number, stop: number, depth: number): void {
  const end = wire.enter();
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === KVLIST && depth < MAX_DEPTH) {
      if (
        !writeMap(wire, out, Buffer.concat([name.subarray(start, stop), DOT]), depth + 1) &&
        out.name(name, start, stop)
      )
        out.text(EMPTY_MAP);
    } else writeScalar(wire, tag, out, name, start, stop);
  }
  wire.leave(end);
}

const EMPTY_MAP = Buffer.from('{}');

/** Writes the AnyValue at the cursor as the body of a record: a map's fields are fields of the event, as in a JSON line; anything else is its message. */
export function writeBody(wire: Wire, out: LineWriter, name: Buffer, onName: OnName): void {
  const end = wire.enter();
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === KVLIST) writeMap(wire, out, null, 0, onName);
    else writeScalar(wire, tag, out, name, 0, name.length);
  }
  wire.leave(end);
}

/** Writes the KeyValueList at the cursor; false when it is empty. */
function writeMap(wire: Wire, out: LineWriter, prefix: Buffer | null, depth: number, onName?: OnName): boolean {
  const end = wire.enter();
  const isEmpty = wire.at === end;
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === ITEM) writeKeyValue(wire, out, prefix, depth, onName);
    else wire.skip(tag);
  }
  wire.leave(end);
  return !isEmpty;
}

function writeScalar(wire: Wire, tag: number, out: LineWriter, name: Buffer, start: number, stop: number): void {
  if (tag === STRING) {
    const end = wire.enter();
    if (out.name(name, start, stop)) out.text(wire.bytes, wire.at, end);
    wire.at = end;
    return;
  }
  const text = scalarText(wire, tag, 0);
  if (text === null || !out.name(name, start, stop)) return;
  if (tag === ARRAY || tag === KVLIST) out.text(Buffer.from(text));
  else out.word(text);
}
