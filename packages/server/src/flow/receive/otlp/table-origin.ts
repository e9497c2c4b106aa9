import type { LineWriter } from '../protobuf/line-writer.ts';
import type { Wire } from '../protobuf/wire.ts';
import { writeKeyValue } from './any-value.ts';
import { Origin, type SharedField } from './origin.ts';

/** Attributes of a resource that are columns of `spans` and `metrics`, strongest first. */
const COLUMNS: readonly (readonly [attribute: string, column: string])[] = [
  ['service.name', 'service'],
  ['deployment.environment.name', 'environment'],
  ['deployment.environment', 'environment'],
  ['host.name', 'host'],
];
const ATTRIBUTES = Buffer.from('attributes');

/** What the lines of a scope have in common, for tables that take service, environment and host as columns. */
export class TableOrigin {
  readonly #columns: Buffer;
  readonly #rest: Origin;
  readonly hide: Origin['hide'];

  constructor(shared: readonly SharedField[]) {
    const columns = new Map<string, Buffer>();
    const taken = new Set<SharedField>();
    for (const [attribute, column] of COLUMNS) {
      const field = shared.find(({ name }) => name.toString('latin1') === attribute);
      const value = field === undefined ? null : valueBytes(field);
      if (field === undefined || value === null || columns.has(column)) continue;
      columns.set(column, value);
      taken.add(field);
    }
    const parts = [...columns].map(([column, value]) => Buffer.concat([Buffer.from(`"${column}":`), value, COMMA]));
    this.#columns = Buffer.concat(parts).subarray(0, -1);
    this.#rest = new Origin(shared.filter((field) => !taken.has(field)));
    this.hide = this.#rest.hide;
  }

  writeColumns(out: LineWriter): void {
    out.fields(this.#columns);
  }

  /** Writes `attributes`: those that `own` writes, and what is shared. */
  writeAttributes(out: LineWriter, own: () => void): void {
    out.open(ATTRIBUTES);
    own();
    this.#rest.write(out);
    out.close();
  }
}

/** Writes `attributes` from the fields `tag` between two offsets, and leaves the cursor behind them. */
export function writeAttributes(
  wire: Wire,
  out: LineWriter,
  origin: TableOrigin,
  tag: number,
  start: number,
  end: number,
): void {
  wire.at = start;
  origin.writeAttributes(out, () => {
    while (wire.at < end) {
      const one = wire.tag();
      if (one === tag) writeKeyValue(wire, out, null, 0, origin.hide);
      else wire.skip(one);
    }
  });
}

const COMMA = Buffer.from(',');

/** The value of `"name":"value"`; null when the attribute was a map and is several fields. */
function valueBytes({ name, fields }: SharedField): Buffer | null {
  const start = `"${name.toString('latin1')}":`;
  return fields.toString('latin1', 0, start.length) === start ? fields.subarray(start.length) : null;
}
