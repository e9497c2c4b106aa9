import type { LineWriter } from '../protobuf/line-writer.ts';
import { Wire } from '../protobuf/wire.ts';
import { readResource, readScope, type SharedField, sharedBy } from './origin.ts';

/** Fields of Export…ServiceRequest, of Resource… and of Scope…: the same for every signal. */
const RESOURCE_ITEM = 0x0a;
const [ORIGIN, ITEM] = [0x0a, 0x12];

/**
 * Walks the records, spans or metrics of a request, one a step. `prepare` makes what the items of a scope have in common, `write` reads the item at
 * the cursor and writes its lines. Throws invalid_body.
 */
export function* walkItems<Common>(
  bytes: Buffer,
  out: LineWriter,
  prepare: (shared: readonly SharedField[]) => Common,
  write: (wire: Wire, out: LineWriter, common: Common) => void,
): Generator<void> {
  const wire = new Wire(bytes);
  while (wire.at < bytes.length) {
    const tag = wire.tag();
    if (tag !== RESOURCE_ITEM) {
      wire.skip(tag);
      continue;
    }
    const end = wire.enter();
    const resource = findOrigin(wire, end, () => readResource(wire, out));
    while (wire.at < end) {
      const inner = wire.tag();
      if (inner === ITEM) yield* walkScope(wire, resource);
      else wire.skip(inner);
    }
    wire.leave(end);
  }

  function* walkScope(wire: Wire, resource: readonly SharedField[]): Generator<void> {
    const end = wire.enter();
    const scope = findOrigin(wire, end, () => readScope(wire, out));
    const common = prepare(sharedBy(resource, scope));
    while (wire.at < end) {
      const tag = wire.tag();
      if (tag === ITEM) {
        write(wire, out, common);
        yield;
      } else wire.skip(tag);
    }
    wire.leave(end);
  }
}

/** The resource or scope of what follows; it may stand anywhere in its message. Leaves the cursor where it was. */
function findOrigin(wire: Wire, end: number, read: () => SharedField[]): readonly SharedField[] {
  const start = wire.at;
  let found: SharedField[] = [];
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === ORIGIN) found = [...found, ...read()];
    else wire.skip(tag);
  }
  wire.at = start;
  return found;
}
