/** Types a value may be bound as. */
export type ParameterType = 'String' | 'Identifier' | 'Int64' | 'UInt64' | 'Float64' | 'Array(String)' | 'UInt16';

interface Bound {
  readonly type: ParameterType;
  readonly value: string | number | bigint | readonly string[];
}

/**
 * A piece of SQL: text of this program and values bound to it. Values never become text: the tag below makes each `${…}` a
 * parameter; only `unsafeSql` takes text as it is.
 */
export class Sql {
  readonly parts: readonly (string | Bound | Sql)[];

  constructor(parts: readonly (string | Bound | Sql)[]) {
    this.parts = parts;
  }

  /** Statement text with placeholders `{p0:Type}` and the values for them. */
  render(): { readonly text: string; readonly parameters: Record<string, unknown> } {
    const parameters: Record<string, unknown> = {};
    let bound = 0;
    const write = (sql: Sql): string =>
      sql.parts
        .map((part) => {
          if (typeof part === 'string') return part;
          if (part instanceof Sql) return write(part);
          const name = `p${bound++}`;
          parameters[name] = typeof part.value === 'bigint' ? part.value.toString() : part.value;
          return `{${name}:${part.type}}`;
        })
        .join('');
    return { text: write(this), parameters };
  }
}

/** `${string}` is bound as String, `${bigint}` as Int64, `${number}` as Float64, `${string[]}` as Array(String); an `Sql` is put in. */
export function sql(
  texts: TemplateStringsArray,
  ...values: readonly (string | number | bigint | readonly string[] | Sql)[]
): Sql {
  const parts: (string | Bound | Sql)[] = [];
  texts.forEach((text, i) => {
    parts.push(text);
    const value = values[i];
    if (value === undefined) return;
    parts.push(value instanceof Sql ? value : bind(value));
  });
  return new Sql(parts);
}

function bind(value: string | number | bigint | readonly string[]): Bound {
  if (typeof value === 'string') return { type: 'String', value };
  if (typeof value === 'bigint') return { type: 'Int64', value };
  if (typeof value === 'number') return { type: 'Float64', value };
  return { type: 'Array(String)', value };
}

const LARGEST_UNSIGNED_64 = 2n ** 64n - 1n;

/** A whole number in decimal digits that a UInt64 holds; null for anything else. */
export function readUnsigned64(text: string): bigint | null {
  if (!/^\d{1,20}$/.test(text)) return null;
  const number = BigInt(text);
  return number > LARGEST_UNSIGNED_64 ? null : number;
}

/** A whole number, for LIMIT and event ids. */
export const unsigned = (value: number | bigint): Sql => new Sql([{ type: 'UInt64', value: BigInt(value) }]);

/** A name that an answer's column gets; any text. */
export const identifier = (name: string): Sql => new Sql([{ type: 'Identifier', value: name }]);

/** Text of this program: never of a user. */
export const unsafeSql = (text: string): Sql => new Sql([text]);

export function join(parts: readonly Sql[], separator: string): Sql {
  return new Sql(parts.flatMap((part, i) => (i === 0 ? [part] : [separator, part])));
}
