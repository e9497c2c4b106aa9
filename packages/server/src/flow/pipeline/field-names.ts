import { z } from 'zod';
import { NAMED_COLUMNS, type NamedColumn } from './event-model/names.ts';

const MAX_NAME = 256;

/** Columns under the names that OpenTelemetry and others give them; those of the search language. */
const ALIASES: Readonly<Record<string, NamedColumn>> = {
  '@timestamp': 'timestamp',
  'log.level': 'level',
  severity: 'level',
  'service.name': 'service',
  'deployment.environment.name': 'environment',
  env: 'environment',
  'host.name': 'host',
  'trace.id': 'trace_id',
  'span.id': 'span_id',
};
/** What Moalog says of an event; a pipeline reads some of them and sets none. */
const RESERVED = ['project', 'source', 'event_id', 'received_at', 'retention_days', 'attributes'];

/** A field as the pipeline has it: a column, or an attribute under its flat dotted name. */
export type FieldPlace =
  | { readonly kind: 'column'; readonly column: NamedColumn }
  | { readonly kind: 'attribute'; readonly name: string };

export function placeOf(name: string): FieldPlace {
  const plain = name.startsWith('attributes.') ? name.slice('attributes.'.length) : name;
  const column = plain === name ? (NAMED_COLUMNS.find((each) => each === name) ?? ALIASES[name]) : undefined;
  return column === undefined ? { kind: 'attribute', name: plain } : { kind: 'column', column };
}

const isReserved = (name: string): boolean => RESERVED.includes(name) || name.startsWith('moalog.');
const hasControls = (name: string): boolean => /\p{Cc}/u.test(name);

/** Why a field cannot be set under this name; null when it can. */
export function whyNotWritable(name: string): string | null {
  if (name === '') return 'a field needs a name';
  if (name.length > MAX_NAME) return `a field's name has at most ${MAX_NAME} characters`;
  if (hasControls(name)) return 'a name has no control characters';
  return isReserved(name) ? `${name} is set by Moalog` : null;
}

/** A field that is read. */
export const fieldSchema = z.string().min(1).max(MAX_NAME);
/** A field that is set. */
export const targetSchema = z.string().superRefine((name, context) => {
  const why = whyNotWritable(name);
  if (why !== null) context.addIssue({ code: 'custom', message: why });
});
