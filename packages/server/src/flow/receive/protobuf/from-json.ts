import { MoalogError } from '#errors';

/** How a field of a message is written in JSON and in protobuf; `() => message` for a message. */
export type FieldKind =
  | 'string'
  | 'bool'
  | 'enum'
  | 'uint32'
  | 'sint32'
  | 'int64'
  | 'double'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed64'
  | 'hex'
  | 'base64'
  | (() => Message);

/** Fields of a message by their JSON name. An array in JSON is a repeated field, whatever the table says. */
export type Message = Readonly<Record<string, readonly [number: number, kind: FieldKind]>>;

const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];
/** Messages nested deeper are left out: values that deep are cut anyway. */
const MAX_DEPTH = 220;

/**
 * A message in protobuf's JSON form as protobuf, so that there is one decoder. Fields that the table does not have are left out, as the form says.
 * Throws invalid_body with the path of what is of the wrong kind.
 */
export function fromJson(value: unknown, message: Message): Buffer {
  return encode(value, message, [], 0);
}

function encode(value: unknown, message: Message, path: readonly string[], depth: number): Buffer {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong(path, 'an object');
  const parts: Buffer[] = [];
  for (const [name, given] of Object.entries(value)) {
    const field = Object.hasOwn(message, name) ? message[name] : undefined;
    if (field === undefined || given === null || depth > MAX_DEPTH) continue;
    const [number, kind] = field;
    for (const [index, one] of (Array.isArray(given) ? given : [given]).entries()) {
      const at = [...path, name, ...(Array.isArray(given) ? [String(index)] : [])];
      if (typeof kind === 'function') parts.push(withLength(number, encode(one, kind(), at, depth + 1)));
      else parts.push(...scalar(number, kind, one, at));
    }
  }
  return Buffer.concat(parts);
}

function scalar(
  number: number,
  kind: Exclude<FieldKind, () => Message>,
  value: unknown,
  path: readonly string[],
): Buffer[] {
  switch (kind) {
    case 'string':
      if (typeof value !== 'string') throw wrong(path, 'a text');
      return [withLength(number, Buffer.from(value))];
    case 'hex':
      if (typeof value !== 'string' || !/^(?:[0-9a-fA-F]{2})*$/.test(value)) throw wrong(path, 'hexadecimal text');
      return [withLength(number, Buffer.from(value, 'hex'))];
    case 'base64':
      if (typeof value !== 'string') throw wrong(path, 'base64 text');
      return [withLength(number, Buffer.from(value, 'base64'))];
    case 'bool':
      if (typeof value !== 'boolean') throw wrong(path, 'true or false');
      return [varint((number << 3) | VARINT), varint(value ? 1 : 0)];
    case 'double':
      return [varint((number << 3) | FIXED64), eight((bytes) => bytes.writeDoubleLE(double(value, path)))];
    case 'fixed64':
    case 'sfixed64':
      return [
        varint((number << 3) | FIXED64),
        eight((bytes) => bytes.writeBigUInt64LE(BigInt.asUintN(64, integer(value, path)))),
      ];
    case 'fixed32': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(Number(BigInt.asUintN(32, integer(value, path))));
      return [varint((number << 3) | FIXED32), bytes];
    }
    case 'sint32': {
      const plain = BigInt.asIntN(32, integer(value, path));
      return [varint((number << 3) | VARINT), varint(BigInt.asUintN(32, (plain << 1n) ^ (plain >> 31n)))];
    }
    case 'enum':
    case 'uint32':
    case 'int64':
      return [varint((number << 3) | VARINT), varint(BigInt.asUintN(64, integer(value, path)))];
  }
}

const withLength = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([varint((number << 3) | LENGTH), varint(bytes.length), bytes]);

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

function eight(write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(8);
  write(bytes);
  return bytes;
}

/** 64-bit numbers are texts in JSON; numbers are taken too. */
function integer(value: unknown, path: readonly string[]): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'string' && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  throw wrong(path, 'a whole number');
}

function double(value: unknown, path: readonly string[]): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^(?:NaN|-?Infinity|[-+\d.eE]+)$/.test(value)) return Number(value);
  throw wrong(path, 'a number');
}

const wrong = (path: readonly string[], wanted: string): MoalogError =>
  new MoalogError(
    'invalid_body',
    `${path.length === 0 ? 'The body' : path.join('.')} must be ${wanted}; nothing of the body was accepted.`,
  );
