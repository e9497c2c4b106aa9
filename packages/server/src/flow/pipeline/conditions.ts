import {
  compileCondition,
  type ResolvedField,
  readSearch,
  regexesOf,
  type Searched,
  unsafeSql,
  wordsOf,
} from '#conditions';
import { MoalogError } from '#errors';
import type { EventState } from './event-state.ts';
import { placeOf } from './field-names.ts';
import { PipelineError, refuse } from './pipeline-error.ts';

/** Columns that are no text before an event is whole, and what to say of them. */
const LATER: Readonly<Record<string, string>> = {
  timestamp: 'the time of an event is read after its pipeline: a condition cannot ask for it',
  received_at: 'when an event arrived is nothing that a pipeline can ask for',
  event_id: 'an event has no id before it is stored',
};

/** A search as an SQL condition over an event as it is at this place of its pipeline. */
export function conditionOf(state: EventState, query: string, path: string): string {
  const tree = read(query, path);
  if (tree === null) return '1';
  for (const { source } of regexesOf(tree)) state.checkRegex(source, path);
  const message = unsafeSql(state.step(state.read('message')));
  const searched: Searched = { field: (name) => fieldOf(state, name, path), message, words: wordsOf(message) };
  const { text, parameters } = compileCondition(tree, Date.now(), searched).render();
  return text.replaceAll(/\{(p\d+):[A-Za-z0-9()]+\}/g, (_, name: string) => literal(state, parameters[name]));
}

function read(query: string, path: string): ReturnType<typeof readSearch> {
  try {
    return readSearch(query);
  } catch (error) {
    if (!(error instanceof MoalogError)) throw error;
    if (error.places.length === 0) throw refuse(path, error.message);
    throw new PipelineError(
      error.places.map(({ message, from, to }) => ({
        path,
        message,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      })),
    );
  }
}

function fieldOf(state: EventState, written: string, path: string): ResolvedField {
  const why = LATER[written] ?? (written === '@timestamp' ? LATER.timestamp : undefined);
  if (why !== undefined) throw refuse(path, why);
  if (written === 'project' || written === 'source')
    return { name: written, kind: 'text', value: unsafeSql(`toString(${written})`) };
  const place = placeOf(written);
  if (place.kind === 'column' && place.column === 'timestamp') throw refuse(path, LATER.timestamp ?? '');
  if (place.kind === 'column' && place.column === 'level')
    return { name: 'level', kind: 'text', value: unsafeSql(state.step(state.readLevel())) };
  if (place.kind === 'column')
    return { name: place.column, kind: 'text', value: unsafeSql(state.step(`toString(${state.read(written)})`)) };
  return { name: place.name, kind: 'attribute', value: unsafeSql(state.step(state.readAttribute(place.name))) };
}

/** A value that the condition binds. */
function literal(state: EventState, value: unknown): string {
  if (Array.isArray(value)) return state.literals.many(value.map(String));
  if (typeof value === 'number' && Number.isFinite(value)) return `toFloat64(${value})`;
  return state.text(String(value));
}
