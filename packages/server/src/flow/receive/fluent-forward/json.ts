import { ExtData } from '@msgpack/msgpack';
import { Refusal } from '../listeners/socket-receiver.ts';

/** More is no event but an attack on the stack. */
const MAX_DEPTH = 100;

/** Ext type 0 of Fluent: seconds and nanoseconds. */
export class EventTime {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** Text of a value that stands where a text should. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return binaryText(value);
  return typeof value === 'object' && value !== null ? toJson(value, 0) : String(value);
}

/** The fields of a map as JSON, each with a comma in front. Maps inside become dotted names, which the store reads cheaper. */
export function fieldsJson(map: object, prefix = '', depth = 0): string {
  if (depth > MAX_DEPTH) throw tooDeep();
  // 1 µs for 14 fields, 4 µs field by field.
  if (prefix === '' && isSimple(map)) return hasFields(map) ? `,${JSON.stringify(map).slice(1, -1)}` : '';
  let json = '';
  // A decoder makes plain objects: they have own fields alone.
  for (const [name, value] of Object.entries(map)) {
    json += isPlainMap(value)
      ? fieldsJson(value, `${prefix}${name}.`, depth + 1)
      : `,${JSON.stringify(prefix + name)}:${toJson(value, depth)}`;
  }
  return json;
}

/** Whether JSON.stringify says all of it as it is. */
function isSimple(map: object): boolean {
  for (const value of Object.values(map)) {
    const type = typeof value;
    if (type !== 'string' && type !== 'boolean' && value !== null && !Number.isFinite(value)) return false;
  }
  return true;
}

/** A map with something in it. */
function isPlainMap(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype && hasFields(value)
  );
}

function hasFields(value: object): boolean {
  for (const _ in value) return true;
  return false;
}

/** Binary as text (base64 when it is no UTF-8), numbers that JSON does not know as texts. */
function toJson(value: unknown, depth: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`;
    case 'object':
      return value === null ? 'null' : objectJson(value, depth + 1);
    default:
      return String(value);
  }
}

function objectJson(value: object, depth: number): string {
  if (depth > MAX_DEPTH) throw tooDeep();
  if (Array.isArray(value)) return `[${value.map((entry) => toJson(entry, depth)).join(',')}]`;
  if (value instanceof Uint8Array) return JSON.stringify(binaryText(value));
  if (value instanceof EventTime) return `"${value.nanoseconds}"`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'null' : JSON.stringify(value);
  if (value instanceof ExtData) return JSON.stringify(Buffer.from(value.data as Uint8Array).toString('base64')); // a decoder gives bytes
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}:${toJson(field, depth)}`);
  return `{${fields.join(',')}}`;
}

function binaryText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const text = buffer.toString('utf8');
  return text.includes('\ufffd') ? buffer.toString('base64') : text;
}

const tooDeep = (): Refusal => new Refusal('invalid_message', `an event is nested more than ${MAX_DEPTH} deep`);
