import { fieldsOf, type Row } from './row-values.ts';

export interface FieldDiff {
  readonly field: string;
  /** One value an event, in their order; undefined where it lacks the field. */
  readonly values: readonly (string | undefined)[];
  readonly differs: boolean;
}

/** Fields that tell each event from every other: they would only hide what is really different. */
const ALWAYS_DIFFERENT = new Set(['event_id', 'received_at']);

/** The fields of several events side by side, those that differ first. */
export function diffOf(events: readonly Row[]): FieldDiff[] {
  const all = events.map(fieldsOf);
  const names = new Set(all.flatMap((fields) => [...fields.keys()]));
  const diffs = [...names]
    .filter((field) => !ALWAYS_DIFFERENT.has(field))
    .map((field) => {
      const values = all.map((fields) => fields.get(field));
      return { field, values, differs: new Set(values).size > 1 };
    });
  return [...diffs.filter((diff) => diff.differs), ...diffs.filter((diff) => !diff.differs)];
}
