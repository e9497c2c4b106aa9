import { nearestOf } from '@moalog/search-language';
import { PipelineError } from '../pipeline-error.ts';
import { GROK_PATTERNS } from './grok-patterns.ts';

const REFERENCE = /%\{(\w+)(?::([^:}]+))?(?::(\w+))?\}/g;
const MAX_DEPTH = 20;
/** Of the whole expression; RE2 has its own limit on what it compiles. */
const MAX_LENGTH = 50_000;

/** Logstash writes `[http][status]` for what is `http.status` here. */
const fieldOf = (written: string): string =>
  /^(?:\[[^[\]]+\])+$/.test(written) ? written.slice(1, -1).replaceAll('][', '.') : written;

/** A grok pattern as a regular expression with named groups. `own` are patterns beside and in place of the standard ones. */
export function expandGrok(pattern: string, own: Readonly<Record<string, string>>, path: string): string {
  const expand = (text: string, within: readonly string[], offset: boolean): string =>
    text.replaceAll(REFERENCE, (whole, name: string, field: string | undefined, _type: unknown, from: number) => {
      const found = Object.hasOwn(own, name)
        ? own[name]
        : Object.hasOwn(GROK_PATTERNS, name)
          ? GROK_PATTERNS[name]
          : undefined;
      const place = offset ? { from, to: from + whole.length } : {};
      if (found === undefined) {
        const [near] = nearestOf(name, [...Object.keys(own), ...Object.keys(GROK_PATTERNS)]);
        throw new PipelineError([
          {
            path,
            message: `there is no pattern ${name}${near === undefined ? '' : `; did you mean ${near}?`}`,
            ...place,
          },
        ]);
      }
      if (within.includes(name) || within.length >= MAX_DEPTH)
        throw new PipelineError([{ path, message: `the pattern ${name} is made of itself`, ...place }]);
      const inner = expand(found, [...within, name], false);
      return field === undefined ? `(?:${inner})` : `(?P<${fieldOf(field)}>${inner})`;
    });
  const source = expand(pattern, [], true);
  if (source.length > MAX_LENGTH)
    throw new PipelineError([
      { path, message: `the pattern is longer than ${MAX_LENGTH} characters when written out` },
    ]);
  return source;
}
