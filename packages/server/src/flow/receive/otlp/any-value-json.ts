import type { Wire } from '../protobuf/wire.ts';

/** Fields of AnyValue (opentelemetry/proto/common/v1/common.proto) with their encodings. */
export const [STRING, ARRAY, KVLIST] = [0x0a, 0x2a, 0x32];
const [BOOL, INT, DOUBLE, BYTES] = [0x10, 0x18, 0x21, 0x3a];
/** The only field of ArrayValue and of KeyValueList. */
export const ITEM = 0x0a;
export const [KEY, VALUE] = [0x0a, 0x12];
/** JSON text nested deeper ends in null. */
const MAX_TEXT_DEPTH = 96;

/** The value behind `tag` as text: arrays and maps in JSON, bytes in base64. Null for a field that is not known. */
export function scalarText(wire: Wire, tag: number, depth: number): string | null {
  switch (tag) {
    case BOOL:
      return wire.varint() === 0 ? 'false' : 'true';
    case INT:
      return wire.int64Text();
    case DOUBLE:
      return String(wire.double());
    case BYTES:
      return wire.slice().toString('base64');
    case ARRAY:
      return `[${jsonItems(wire, depth).join(',')}]`;
    case KVLIST:
      return `{${jsonMembers(wire, depth).join(',')}}`;
    default:
      wire.skip(tag);
      return null;
  }
}

/** The AnyValue at the cursor in JSON. */
function jsonOf(wire: Wire, depth: number): string {
  const end = wire.enter();
  let json = 'null';
  while (wire.at < end) {
    const tag = wire.tag();
    if (depth > MAX_TEXT_DEPTH) wire.skip(tag);
    else if (tag === STRING) json = JSON.stringify(wire.text());
    else {
      const text = scalarText(wire, tag, depth + 1);
      if (text !== null) json = tag === BYTES || (tag === DOUBLE && !isJsonNumber(text)) ? `"${text}"` : text;
    }
  }
  wire.leave(end);
  return json;
}

/** NaN and Infinity are none. */
const isJsonNumber = (text: string): boolean => !/[Na]/.test(text);

function jsonItems(wire: Wire, depth: number): string[] {
  const end = wire.enter();
  const items: string[] = [];
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === ITEM) items.push(jsonOf(wire, depth));
    else wire.skip(tag);
  }
  wire.leave(end);
  return items;
}

function jsonMembers(wire: Wire, depth: number): string[] {
  const end = wire.enter();
  const members: string[] = [];
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === ITEM) {
      const { key, json } = jsonMember(wire, depth);
      members.push(`${JSON.stringify(key)}:${json}`);
    } else wire.skip(tag);
  }
  wire.leave(end);
  return members;
}

/** The KeyValue at the cursor: its key, and its value in JSON. */
export function jsonMember(wire: Wire, depth = 0): { key: string; json: string } {
  const end = wire.enter();
  let key = '';
  let json = 'null';
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === KEY) key = wire.text();
    else if (tag === VALUE) json = jsonOf(wire, depth);
    else wire.skip(tag);
  }
  wire.leave(end);
  return { key, json };
}
