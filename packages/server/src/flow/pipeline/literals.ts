/**
 * Values of users in a statement: patterns, field names, templates, tables. While the statement is written each stands as `{u1:String}`; the last
 * step puts all of them in, quoted by the one function below, in one pass, so that no value is ever taken for SQL or looked at by what writes the layers.
 */
export class Literals {
  readonly #values: string[] = [];
  readonly #known = new Map<string, string>();

  /** What stands for the value until `write`. */
  one(value: string): string {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    this.#values.push(value);
    const place = `{u${this.#values.length}:String}`;
    this.#known.set(value, place);
    return place;
  }

  /** `[…]` of them. */
  many(values: readonly string[]): string {
    return values.length === 0 ? `CAST([], 'Array(String)')` : `[${values.map((value) => this.one(value)).join(', ')}]`;
  }

  /** The statement with all values in it. */
  write(statement: string): string {
    return statement.replaceAll(/\{u(\d+):String\}/g, (place, index) => {
      const value = this.#values[Number(index) - 1];
      return value === undefined ? place : quoted(value);
    });
  }
}

/** A string literal of ClickHouse. Quotes, backslashes and control characters are escaped, so that nothing of the value can end it. */
function quoted(value: string): string {
  const escaped = value.toWellFormed().replaceAll(/[\\']|\p{Cc}/gu, (char) => {
    if (char === '\\' || char === "'") return `\\${char}`;
    // Beyond ASCII \\x would be one byte of the two.
    return char > '\x7f' ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return `'${escaped}'`;
}
