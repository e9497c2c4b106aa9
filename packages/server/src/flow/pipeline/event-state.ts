import { LEVEL_FROM, LEVEL_TO } from './event-model/level.ts';
import type { NamedColumn } from './event-model/names.ts';
import type { Step } from './event-model/step.ts';
import { placeOf } from './field-names.ts';
import type { Literals } from './literals.ts';

const MAP = 'Map(LowCardinality(String), String)';

/** The event after a processor: names of steps. For previews. */
export interface Snapshot {
  readonly path: string;
  readonly label: string;
  readonly columns: ReadonlyMap<NamedColumn, string>;
  /** All attributes as a map. */
  readonly attributes: string;
  /** Expressions that are 1 where the processor failed, and why. */
  readonly failures: readonly { readonly failed: string; readonly reason: string }[];
  readonly dropped: string;
}

/** What is read of the event before its pipeline: names of steps. */
export interface Origin {
  readonly columns: ReadonlyMap<NamedColumn, string>;
  readonly attributes: string;
}

/**
 * An event on its way through a pipeline, while the pipeline is compiled: which step holds each column, and each attribute that a processor
 * touched; the others stay in one map. Names of fields are known when compiling, so that most processors cost what their own expression
 * costs, and the map is built once at the end. An empty value is a field that is not there.
 */
export class EventState {
  readonly steps: Step[] = [];
  readonly literals: Literals;
  readonly regexes: { readonly path: string; readonly source: string }[] = [];
  readonly snapshots: Snapshot[] = [];
  #columns: Map<NamedColumn, string>;
  #touched = new Map<string, string>();
  #rest: string;
  /** Step that is 1 where the processors being compiled apply; null: everywhere. */
  #active: string | null = null;
  #failures: { readonly path: string; readonly label: string; readonly failed: string; readonly reason: string }[] = [];
  #dropped: string[] = [];
  #place = { path: '', label: '' };

  constructor(origin: Origin, literals: Literals) {
    this.literals = literals;
    this.#columns = new Map(origin.columns);
    this.#rest = origin.attributes;
  }

  /** Adds a step; its name. */
  step(sql: string): string {
    if (/^x\d+$/.test(sql)) return sql;
    const name = `x${this.steps.length + 1}`;
    this.steps.push({ name, sql });
    return name;
  }

  /** Adds steps under names of their own; `inputs` are the steps they read. The new name of each. */
  stepsOf(
    steps: readonly Step[],
    rename: (steps: readonly Step[], names: ReadonlyMap<string, string>) => Step[],
    inputs: Readonly<Record<string, string>>,
  ): (name: string) => string {
    const names = new Map(Object.entries(inputs));
    for (const [index, { name }] of steps.entries()) names.set(name, `x${this.steps.length + 1 + index}`);
    this.steps.push(...rename(steps, names));
    return (name) => names.get(name) ?? name;
  }

  text(value: string): string {
    return this.literals.one(value);
  }

  /** A regular expression of the pipeline, to be checked by the engine before the pipeline is used. `path` is within the processor. */
  regex(source: string, path = ''): string {
    this.checkRegex(source, [this.#place.path, path].filter((part) => part !== '').join('.'));
    return this.text(source);
  }

  checkRegex(source: string, path: string): void {
    this.regexes.push({ path, source });
  }

  /** Expression of a field's value, '' where it is not there. */
  read(name: string): string {
    const place = placeOf(name);
    if (place.kind === 'column') return this.#columns.get(place.column) ?? `''`;
    return this.#touched.get(place.name) ?? `${this.#rest}[${this.text(place.name)}]`;
  }

  /** The level as one of Moalog's words, for conditions. */
  readLevel(): string {
    return `transform(upper(trimBoth(${this.read('level')})), ${LEVEL_FROM}, ${LEVEL_TO}, '')`;
  }

  readAttribute(name: string): string {
    return this.#touched.get(name) ?? `${this.#rest}[${this.text(name)}]`;
  }

  /** Sets a field where the processor applies; '' removes it. */
  write(name: string, sql: string): void {
    const value = this.step(this.#active === null ? sql : `if(${this.#active}, ${sql}, ${this.read(name)})`);
    const place = placeOf(name);
    if (place.kind === 'column') this.#columns.set(place.column, value);
    else this.#touched.set(place.name, value);
  }

  /** Sets a field where the processor applies and the value is not empty. */
  writeIfThere(name: string, sql: string): void {
    const value = this.step(sql);
    this.write(name, `if(${value} = '', ${this.read(name)}, ${value})`);
  }

  /** Work that is done only where the processor applies: elsewhere `otherwise`. */
  guarded(sql: string, otherwise: string): string {
    return this.step(this.#active === null ? sql : `if(${this.#active}, ${sql}, ${otherwise})`);
  }

  /** Adds a map's fields to the attributes; `map` is empty where it does not apply. */
  merge(map: string): void {
    for (const [name, value] of this.#touched) {
      const key = this.text(name);
      this.#touched.set(name, this.step(`if(mapContains(${map}, ${key}), ${map}[${key}], ${value})`));
    }
    this.#rest = this.step(`mapUpdate(${this.#rest}, ${map})`);
  }

  /** Changes the value of every attribute, and of the columns named. `change` is given an expression and gives one. */
  changeAll(change: (value: string) => string, columns: readonly NamedColumn[]): void {
    // All of them in one array: the expression stands in the statement once, however many there are.
    const names = [...columns, ...[...this.#touched.keys()].map((name) => `attributes.${name}`)];
    const values = this.guarded(
      `arrayMap(v -> ${change('v')}, [${names.map((name) => `toString(${this.read(name)})`).join(', ')}])`,
      `CAST([], 'Array(String)')`,
    );
    names.forEach((name, i) => {
      this.write(name, `${values}[${i + 1}]`);
    });
    const changed = `mapFromArrays(mapKeys(${this.#rest}), arrayMap(v -> ${change('v')}, mapValues(${this.#rest})))`;
    this.#rest = this.guarded(`if(empty(${this.#rest}), ${this.#rest}, CAST(${changed}, '${MAP}'))`, this.#rest);
  }

  /** Removes the attributes whose names begin with `prefix`. */
  removeAll(prefix: string): void {
    for (const name of [...this.#touched.keys()]) if (name.startsWith(prefix)) this.write(`attributes.${name}`, `''`);
    this.#rest = this.guarded(
      `mapFilter((k, v) -> NOT startsWith(k, ${this.text(prefix)}), ${this.#rest})`,
      this.#rest,
    );
  }

  /** Says that the processor failed where `condition` holds. */
  fail(condition: string, reason: string): void {
    const failed = this.step(this.#active === null ? condition : `${this.#active} AND (${condition})`);
    this.#failures.push({ ...this.#place, failed, reason });
  }

  drop(condition: string): void {
    this.#dropped.push(this.step(this.#active === null ? condition : `${this.#active} AND (${condition})`));
  }

  /** Compiles what `then` adds for events where the condition holds, and `otherwise` for the others. */
  when(condition: string, then: () => void, otherwise?: () => void): void {
    const outer = this.#active;
    const inner = this.step(`toUInt8(${condition})`);
    const and = (sql: string): string => this.step(outer === null ? sql : `${outer} AND ${sql}`);
    this.#active = and(inner);
    then();
    if (otherwise !== undefined) {
      this.#active = and(`NOT ${inner}`);
      otherwise();
    }
    this.#active = outer;
  }

  /** Compiles one processor under its name in errors and previews. */
  processor(path: string, label: string, compile: () => void, snapshot: boolean): void {
    const [outer, failuresBefore] = [this.#place, this.#failures.length];
    this.#place = { path, label };
    compile();
    this.#place = outer;
    if (!snapshot) return;
    this.snapshots.push({
      path,
      label,
      columns: new Map(this.#columns),
      attributes: this.attributes(),
      failures: this.#failures.slice(failuresBefore).map(({ failed, reason }) => ({ failed, reason })),
      dropped: this.dropped(),
    });
  }

  column(column: NamedColumn): string {
    return this.#columns.get(column) ?? `''`;
  }

  /** 1 where the event is dropped. */
  dropped(): string {
    return this.#dropped.length === 0 ? '0' : `(${this.#dropped.join(' OR ')})`;
  }

  /** All attributes as one map; `further` are set whatever the event has. */
  attributes(further: readonly (readonly [name: string, sql: string])[] = []): string {
    const set = [...this.#touched, ...further];
    if (set.length === 0) return this.#rest;
    const names = set.map(([name]) => this.text(name));
    const fresh = `mapFilter((k, v) -> v != '', CAST(([${names.join(', ')}], [${set.map(([, sql]) => sql).join(', ')}]), '${MAP}'))`;
    const others = this.step(
      `if(empty(${this.#rest}), ${this.#rest}, mapFilter((k, v) -> NOT has([${names.join(', ')}], k), ${this.#rest}))`,
    );
    return this.step(`mapConcat(${others}, ${fresh})`);
  }

  /** `moalog.errors`: a JSON array of processor and reason, '' where none failed. */
  errors(): string {
    if (this.#failures.length === 0) return `''`;
    const texts = this.#failures.map(
      ({ failed, label, reason }) => `if(${failed}, ${this.text(JSON.stringify({ processor: label, reason }))}, '')`,
    );
    const any = this.step(this.#failures.map(({ failed }) => failed).join(' OR '));
    return this.step(
      `if(${any}, concat('[', arrayStringConcat(arrayFilter(e -> e != '', [${texts.join(', ')}]), ','), ']'), '')`,
    );
  }
}
