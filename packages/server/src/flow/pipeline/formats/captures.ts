import type { EventState } from '../event-state.ts';
import { whyNotWritable } from '../field-names.ts';
import { PipelineError, type PipelinePlace } from '../pipeline-error.ts';
import { type GroupedRegex, namedGroups } from './named-groups.ts';

/** An expression with groups, and where it stands in its processor. */
export interface PlacedRegex extends GroupedRegex {
  readonly path: string;
}

/** Reads expressions with named groups; refuses them when a name cannot be a field's, or there is none in any of them. `path` is the processor's. */
export function readGroups(
  regexes: readonly { readonly source: string; readonly path: string }[],
  path: string,
): PlacedRegex[] {
  const read = regexes.map(({ source, path }) => ({ ...namedGroups(source), path }));
  const places: PipelinePlace[] = read.flatMap((regex) =>
    regex.names.flatMap((name) => {
      const why = name === '' ? null : whyNotWritable(name);
      return why === null ? [] : [{ path: `${path}.${regex.path}`, message: why }];
    }),
  );
  if (!read.some(({ names }) => names.some((name) => name !== '')))
    places.push({
      path: `${path}.${read[0]?.path ?? ''}`,
      message: 'no group has a name: write (?<field>…) around what is to become a field',
    });
  if (places.length > 0) throw new PipelineError(places);
  // The engine finds groups in an expression that has one.
  return read.map((regex) => (regex.names.length > 0 ? regex : { ...regex, source: `(${regex.source})`, names: [''] }));
}

/**
 * Tries expressions on a text one after the other; the groups of the first that matches become fields. The step that is 1 where one of them
 * matched.
 */
export function capture(state: EventState, source: string, regexes: readonly PlacedRegex[]): string {
  const matched: string[] = [];
  const values = new Map<string, string[]>();
  for (const { source: pattern, names, path } of regexes) {
    const call = `extractGroups(${source}, ${state.regex(pattern, path)})`;
    const none = `CAST([], 'Array(String)')`;
    const groups = state.guarded(matched.length === 0 ? call : `if(${matched.join(' OR ')}, ${none}, ${call})`, none);
    matched.push(state.step(`notEmpty(${groups})`));
    names.forEach((name, i) => {
      if (name !== '') values.set(name, [...(values.get(name) ?? []), `${groups}[${i + 1}]`]);
    });
  }
  // A text that is read may be a field that is set: all is read before.
  const found = [...values].map(
    ([name, groups]) =>
      [name, state.step(groups.length === 1 ? (groups[0] ?? '') : `concat(${groups.join(', ')})`)] as const,
  );
  for (const [name, value] of found) state.writeIfThere(name, value);
  return matched.length === 1 ? (matched[0] ?? '0') : state.step(matched.join(' OR '));
}

/** Failures of a processor that reads one field. */
export function failUnless(state: EventState, matched: string, source: string, field: string, reason: string): void {
  state.fail(`${source} = ''`, `${field} is missing or empty`);
  state.fail(`${source} != '' AND NOT ${matched}`, reason);
}
