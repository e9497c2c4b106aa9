/** Digits that a double may not keep. */
const MAY_BE_LONG = /[\d.]{17}|[:[,\s]-?[\d.]+[eE]\+?\d{3}/;

/** Node gives a reviver the text of each value; TypeScript's library does not know that yet. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
const keepDigits: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && source !== String(value) ? source : value;

/**
 * JSON.parse that loses no digit: numbers that a double would change come as the text they were written in (attributes are text anyway). Throws
 * SyntaxError. Objects may hold `__proto__` as an own key; read them by Object.entries.
 */
export function parseExactly(text: string): unknown {
  return MAY_BE_LONG.test(text)
    ? JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]) // the context parameter is missing in the library's type
    : JSON.parse(text);
}

/** JSON.parse for a look at a text; null for what is no JSON. */
export function parsePlainly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** parseExactly, with `otherwise` for what is no JSON. */
export function parseOr<T>(text: string, otherwise: T): unknown {
  try {
    return parseExactly(text);
  } catch {
    return otherwise;
  }
}

/** A value of JSON in a text: a text itself, '' for null and what is missing, JSON otherwise. `String` would run into an own `toString`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** The value when it is a JSON object, else null. */
export function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>) // what JSON.parse gives for an object
    : null;
}
