import { asObject, parseExactly, parsePlainly } from './exact-json.ts';
import { levelWord } from './level-word.ts';
import { LEVEL_NAMES } from './names.ts';

/** Objects nested deeper stay JSON text. */
const MAX_DEPTH = 32;
/** Below the store's limit of a line, beyond which it would be read as text. */
const MAX_TEXT_BYTES = 1_000_000;
/** Up to this length a text is surely below it in UTF-8. */
const MAX_TAKEN_CHARS = 300_000;

/**
 * Builds one event line: a flat JSON object with dotted names, which the store reads four times cheaper than a nested one. What is added first is
 * stronger: a name that comes again with another value is kept with `_extracted` behind it (so does Loki).
 */
export class EventLine {
  readonly #fields = new Map<string, string>();
  /** A flat object whose text stands in the line as it came. */
  #taken: Readonly<Record<string, unknown>> = {};
  #takenText = '';
  #plainText = '';
  #weakLevel: unknown;

  /** Adds a field; an object is added field by field. Undefined and '' add nothing. */
  field(name: string, value: unknown, depth = 0): this {
    if (value === undefined || value === '') return this;
    const object = asObject(value);
    if (object === null) this.#add(name, JSON.stringify(typeof value === 'string' ? this.#cut(value) : value));
    else if (depth >= MAX_DEPTH) this.#add(name, JSON.stringify(JSON.stringify(object)));
    else this.#tree(object, `${name}.`, depth + 1);
    return this;
  }

  /** Adds the fields of an object under their own names. */
  fields(object: object): this {
    return this.#tree(object, '', 0);
  }

  /** Adds a line of text: the fields of one that is a JSON object, else it is the message, and a level that it names is taken. Once a line. */
  text(line: string): this {
    const object = /^\s*\{/.test(line) ? asObject(parsePlainly(line)) : null;
    if (object !== null) {
      if (this.#take(line, object)) return this;
      const before = new Map(this.#fields);
      try {
        return this.fields(asObject(parseExactly(line)) ?? {});
      } catch {
        // Nested too deeply to be written again: it stays the text it is.
        this.#fields.clear();
        for (const [name, json] of before) this.#fields.set(name, json);
      }
    }
    this.#plainText = line;
    return this.field('message', line);
  }

  /** A level for a line that says none itself, neither in a field nor in its text. */
  weakLevel(level: unknown): this {
    this.#weakLevel = level;
    return this;
  }

  /** Whether one of these names has a value. */
  hasAny(names: readonly string[]): boolean {
    return names.some((name) => this.#fields.has(name) || isGiven(ownOf(this.#taken, name)));
  }

  /** Adds the fields of another line. */
  append(other: EventLine): this {
    for (const [name, json] of other.#fields) this.#add(name, json);
    return this;
  }

  /** The line, without a newline. */
  end(): string {
    if (this.#plainText !== '' && !this.hasAny(LEVEL_NAMES)) this.field('level', levelWord(this.#plainText));
    if (!this.hasAny(LEVEL_NAMES)) this.field('level', this.#weakLevel);
    let json = '';
    for (const [name, value] of this.#fields) json += `${json === '' ? '{' : ','}${JSON.stringify(name)}:${value}`;
    if (this.#takenText !== '') json += `${json === '' ? '{' : ','}${this.#takenText}`;
    return json === '' ? '{}' : `${json}}`;
  }

  /** Takes the text of a flat object as it is, which costs a third of writing its fields again. False when it is not flat, or says again what is known. */
  #take(line: string, object: Readonly<Record<string, unknown>>): boolean {
    if (line.length > MAX_TAKEN_CHARS || /[\r\n]/.test(line)) return false;
    for (const name in object) if (this.#fields.has(name) || asObject(object[name]) !== null) return false;
    this.#taken = object;
    this.#takenText = line.trim().slice(1, -1).trim();
    return true;
  }

  #tree(object: object, prefix: string, depth: number): this {
    const entries = Object.entries(object);
    if (entries.length === 0 && prefix !== '') this.#add(prefix.slice(0, -1), '{}');
    for (const [name, value] of entries) this.field(`${prefix}${name}`, value, depth);
    return this;
  }

  #add(name: string, json: string): void {
    const inner = ownOf(this.#taken, name);
    const known = this.#fields.get(name) ?? (inner === undefined ? undefined : JSON.stringify(inner));
    if (known === undefined) this.#fields.set(name, json);
    else if (known !== json) this.#add(`${name}_extracted`, json);
  }

  /** A text that would make the line too long is cut, and the event says so. */
  #cut(text: string): string {
    if (text.length * 6 < MAX_TEXT_BYTES || Buffer.byteLength(JSON.stringify(text)) <= MAX_TEXT_BYTES) return text;
    this.#fields.set('moalog.truncated', '"line"');
    let cut = text.slice(0, MAX_TEXT_BYTES);
    while (Buffer.byteLength(JSON.stringify(cut)) > MAX_TEXT_BYTES) cut = cut.slice(0, Math.floor(cut.length * 0.75));
    return cut.toWellFormed();
  }
}

const ownOf = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';
