import type { PreviewFields, PreviewLine } from '@moalog/contract';

/** A field on its way: its value before the first processor and after each; null where it is not there. */
export interface FieldRow {
  readonly name: string;
  readonly values: readonly (string | null)[];
  /** Whether the value at that place is another than before. */
  readonly changed: readonly boolean[];
}

/** Columns of events first, then the others by name. */
const COLUMNS = ['timestamp', 'level', 'message', 'service', 'environment', 'host', 'trace_id', 'span_id'];

/** What happened to each field of a line; `changedOnly` leaves out those that nothing touched. */
export function fieldRows({ given, steps }: PreviewLine, changedOnly: boolean): FieldRow[] {
  const stages: readonly PreviewFields[] = [given, ...steps.map((step) => step.fields)];
  const names = [...new Set(stages.flatMap((stage) => Object.keys(stage)))];
  const rank = (name: string): number => (COLUMNS.includes(name) ? COLUMNS.indexOf(name) : COLUMNS.length);
  return names
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((name): FieldRow => {
      const values = stages.map((stage) => stage[name] ?? null);
      return { name, values, changed: values.map((value, i) => i > 0 && value !== values[i - 1]) };
    })
    .filter((row) => !changedOnly || row.changed.includes(true));
}

/** How a line came through: for the mark beside it. */
export function outcomeOf({ event, steps }: PreviewLine): 'parsed' | 'failed' | 'dropped' {
  if (event === null) return 'dropped';
  return steps.some((step) => step.failures.length > 0) ? 'failed' : 'parsed';
}
