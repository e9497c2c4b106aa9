import { asObject, parseExactly } from './exact-json.ts';
import { levelWord } from './level-word.ts';
import { LEVEL_NAMES } from './names.ts';

/** Objects nested deeper stay JSON text. */
const MAX_DEPTH = 32;
/** Below the store's limit of a line, beyond which it would be read as text. */
const MAX_TEXT_BYTES = 1_000_000;

/**
 * Builds one event line: a flat JSON object with dotted names, which the store reads four times cheaper than a nested one. What is added first is
 * stronger: a name that comes again with another value is kept with `_extracted` behind it (so does Loki).
 */
export class EventLine {
  readonly #fields = new Map<string, string>();
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

  /** Adds a line of text: the fields of one that is a JSON object, else it is the message, and a level that it names is taken. */
  text(line: string): this {
    const start = line.trimStart()[0];
    if (start === '{') {
      const before = new Map(this.#fields);
      try {
        const object = asObject(parseExactly(line));
        if (object !== null) return this.fields(object);
      } catch {
        // Not JSON, or nested too deeply to be written again: it stays the text it is.
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
    return names.some((name) => this.#fields.has(name));
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
    return json === '' ? '{}' : `${json}}`;
  }

  #tree(object: object, prefix: string, depth: number): this {
    const entries = Object.entries(object);
    if (entries.length === 0 && prefix !== '') this.#add(prefix.slice(0, -1), '{}');
    for (const [name, value] of entries) this.field(`${prefix}${name}`, value, depth);
    return this;
  }

  #add(name: string, json: string): void {
    const known = this.#fields.get(name);
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
