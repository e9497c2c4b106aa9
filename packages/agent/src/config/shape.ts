/** Reads one value of the configuration; `place` is its path, for the message. Throws ConfigError. */
export type Reader<T> = (value: unknown, place: string) => T;

/** The configuration is wrong; the message says where and how. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const wrong = (place: string, expected: string): ConfigError => new ConfigError(`${place}: ${expected}`);

export const text: Reader<string> = (value, place) => {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(place, 'expected a text');
};

export const flag: Reader<boolean> = (value, place) => {
  if (typeof value === 'boolean') return value;
  throw wrong(place, 'expected true or false');
};

export const whole =
  (min: number, max: number): Reader<number> =>
  (value, place) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw wrong(place, `expected a whole number from ${min} to ${max}`);
  };

export const oneOf =
  <const T extends string>(...allowed: readonly T[]): Reader<T> =>
  (value, place) => {
    const found = allowed.find((each) => each === value);
    if (found !== undefined) return found;
    throw wrong(place, `expected one of ${allowed.join(', ')}`);
  };

export const expression: Reader<RegExp> = (value, place) => {
  const source = text(value, place);
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    throw wrong(place, `is no regular expression: ${error instanceof Error ? error.message : String(error)}`);
  }
};

export const or =
  <T, const F>(reader: Reader<T>, fallback: F): Reader<T | F> =>
  (value, place) =>
    value === undefined || value === null ? fallback : reader(value, place);

/** One value counts as a list of one. */
export const list =
  <T>(reader: Reader<T>): Reader<readonly T[]> =>
  (value, place) =>
    Array.isArray(value) ? value.map((each, i) => reader(each, `${place}[${i}]`)) : [reader(value, place)];

export const dictionary: Reader<Readonly<Record<string, string>>> = (value, place) =>
  Object.fromEntries(Object.entries(plain(value, place)).map(([name, each]) => [name, text(each, `${place}.${name}`)]));

/** An object of these members and no others. */
export const object =
  <S extends Readonly<Record<string, Reader<unknown>>>>(
    members: S,
  ): Reader<{ readonly [K in keyof S]: ReturnType<S[K]> }> =>
  (value, place) => {
    const given = plain(value, place);
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(members, name))
        throw wrong(join(place, name), `is not an option; there are ${Object.keys(members).join(', ')}`);
    }
    const read = Object.entries(members).map(([name, reader]) => [name, reader(given[name], join(place, name))]);
    return Object.fromEntries(read) as { readonly [K in keyof S]: ReturnType<S[K]> }; // member by member
  };

const join = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`);

function plain(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw wrong(place === '' ? 'the configuration' : place, 'expected names and values');
}
