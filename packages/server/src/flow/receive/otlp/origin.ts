import type { LineWriter } from '../protobuf/line-writer.ts';
import type { Wire } from '../protobuf/wire.ts';
import { writeKeyValue } from './any-value.ts';

/** Fields of Resource, and of InstrumentationScope. */
const RESOURCE_ATTRIBUTE = 0x0a;
const [SCOPE_NAME, SCOPE_VERSION, SCOPE_ATTRIBUTE] = [0x0a, 0x12, 0x1a];
const OTEL_SCOPE_NAME = Buffer.from('otel.scope.name');
const OTEL_SCOPE_VERSION = Buffer.from('otel.scope.version');
const OTEL_SCOPE_PREFIX = Buffer.from('otel.scope.');

/** One attribute that records share. */
export interface SharedField {
  readonly name: Buffer;
  /** `"name":"value"`, or several of them when the value is a map. */
  readonly fields: Buffer;
}

/**
 * What the records below a resource or a scope share: its attributes as fields, written once and copied into each line. A record's own attribute of
 * the same name hides the shared one.
 */
export class Origin {
  readonly #shared: readonly SharedField[];
  readonly #all: Buffer;
  readonly #byLength: (SharedField[] | undefined)[] = [];
  readonly #hidden = new Set<SharedField>();

  constructor(shared: readonly SharedField[]) {
    this.#shared = shared;
    this.#all = joined(shared);
    for (const field of shared) {
      const sameLength = this.#byLength[field.name.length] ?? [];
      this.#byLength[field.name.length] = sameLength;
      sameLength.push(field);
    }
  }

  /** Notes a name that the record has itself. */
  hide = (bytes: Buffer, start: number, end: number): void => {
    const sameLength = this.#byLength[end - start];
    if (sameLength === undefined) return;
    for (const field of sameLength) if (isSame(field.name, bytes, start)) this.#hidden.add(field);
  };

  /** Writes what the record did not hide, and forgets what it hid. */
  write(out: LineWriter): void {
    if (this.#hidden.size === 0) {
      out.fields(this.#all);
      return;
    }
    out.fields(joined(this.#shared.filter((field) => !this.#hidden.has(field))));
    this.#hidden.clear();
  }
}

/** What a scope says before what its resource says; of the same name, the scope's holds. */
export function sharedBy(resource: readonly SharedField[], scope: readonly SharedField[]): readonly SharedField[] {
  if (scope.length === 0) return resource;
  const names = new Set(scope.map(({ name }) => name.toString('latin1')));
  return [...scope, ...resource.filter(({ name }) => !names.has(name.toString('latin1')))];
}

/** From the end: names differ there. */
function isSame(name: Buffer, bytes: Buffer, start: number): boolean {
  for (let i = name.length - 1; i >= 0; i--) if (name[i] !== bytes[start + i]) return false;
  return true;
}

function joined(shared: readonly SharedField[]): Buffer {
  const parts = shared.flatMap(({ fields }, index) => (index === 0 ? [fields] : [COMMA, fields]));
  return Buffer.concat(parts);
}

const COMMA = Buffer.from(',');

/** The attributes of the Resource at the cursor. */
export function readResource(wire: Wire, out: LineWriter): SharedField[] {
  return read(wire, out, (tag, onName) => {
    if (tag !== RESOURCE_ATTRIBUTE) return false;
    writeKeyValue(wire, out, null, 0, onName);
    return true;
  });
}

/** Name, version and attributes of the InstrumentationScope at the cursor, below `otel.scope.`. */
export function readScope(wire: Wire, out: LineWriter): SharedField[] {
  return read(wire, out, (tag, onName) => {
    if (tag === SCOPE_NAME || tag === SCOPE_VERSION) {
      const name = tag === SCOPE_NAME ? OTEL_SCOPE_NAME : OTEL_SCOPE_VERSION;
      const end = wire.enter();
      onName(name, 0, name.length);
      if (end > wire.at && out.name(name)) out.text(wire.bytes, wire.at, end);
      wire.at = end;
      return true;
    }
    if (tag !== SCOPE_ATTRIBUTE) return false;
    writeKeyValue(wire, out, OTEL_SCOPE_PREFIX, 0);
    return true;
  });
}

function read(
  wire: Wire,
  out: LineWriter,
  write: (tag: number, onName: (bytes: Buffer, start: number, end: number) => void) => boolean,
): SharedField[] {
  const end = wire.enter();
  const shared: SharedField[] = [];
  while (wire.at < end) {
    const tag = wire.tag();
    let name = Buffer.alloc(0);
    out.begin();
    const isKnown = write(tag, (bytes, start, stop) => {
      name = Buffer.from(bytes.subarray(start, stop));
    });
    const fields = out.takeFields();
    if (!isKnown) wire.skip(tag);
    else if (fields.length > 0) shared.push({ name, fields });
  }
  wire.leave(end);
  return shared;
}
