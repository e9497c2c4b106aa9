/** A `filter_path` parameter: which parts of an answer the client wants. Empty when it wants all. */
export interface FilterPath {
  readonly include: readonly (readonly string[])[];
  readonly exclude: readonly (readonly string[])[];
}

export function parseFilterPath(value: unknown): FilterPath {
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : '';
  const paths = text
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .slice(0, 32);
  return {
    include: paths.filter((path) => !path.startsWith('-')).map((path) => path.split('.')),
    exclude: paths.filter((path) => path.startsWith('-')).map((path) => path.slice(1).split('.')),
  };
}

export const wantsAll = ({ include, exclude }: FilterPath): boolean => include.length === 0 && exclude.length === 0;

/** The part of a JSON value that the filter leaves; undefined when it leaves nothing. */
export function applyFilterPath(value: unknown, { include, exclude }: FilterPath): unknown {
  const kept = include.length === 0 ? value : keep(value, include);
  return exclude.length === 0 ? kept : drop(kept, exclude);
}

function keep(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return value;
  if (Array.isArray(value)) {
    const kept = value.map((element) => keep(element, paths)).filter((element) => element !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  return mapObject(value, (key, inner) => {
    const rest = step(paths, key);
    return rest.length === 0 ? undefined : keep(inner, rest);
  });
}

function drop(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map((element) => drop(element, paths));
  if (value === null || typeof value !== 'object') return value;
  return mapObject(value, (key, inner) => {
    const rest = step(paths, key);
    return rest.some((path) => path.length === 0) ? undefined : drop(inner, rest);
  });
}

/** What is left of the paths below `key`; `**` stands for any number of names. */
function step(paths: readonly (readonly string[])[], key: string): string[][] {
  return paths.flatMap((path) => {
    const [name, ...rest] = path;
    if (name === undefined) return [];
    if (name === '**') return [[...path], ...step([rest], key)];
    return matches(name, key) ? [rest] : [];
  });
}

/** `*` in a name stands for any characters. */
function matches(pattern: string, key: string): boolean {
  const [start = '', ...parts] = pattern.split('*');
  const end = parts.pop();
  if (end === undefined) return pattern === key;
  if (!key.startsWith(start) || key.length < start.length + end.length || !key.endsWith(end)) return false;
  let at = start.length;
  for (const part of parts) {
    const found = key.indexOf(part, at);
    if (found < 0 || found + part.length > key.length - end.length) return false;
    at = found + part.length;
  }
  return true;
}

function mapObject(value: unknown, map: (key: string, inner: unknown) => unknown): unknown {
  if (value === null || typeof value !== 'object') return undefined;
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const mapped = map(key, inner);
    return mapped === undefined ? [] : [[key, mapped]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
