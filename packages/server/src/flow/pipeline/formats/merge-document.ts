import { fieldSteps } from '../event-model/fields.ts';
import { NAMED_COLUMNS } from '../event-model/names.ts';
import type { EventState } from '../event-state.ts';
import { renamed } from '../layers.ts';

const MAP = 'Map(LowCardinality(String), String)';

/**
 * Adds the fields of a map to the event: as a document that was sent, so that its time, level and message become columns; or below `target`, as they
 * are. `kv` is an empty map where there is none.
 */
export function mergeDocument(state: EventState, kv: string, target: string | undefined): void {
  if (target !== undefined && target !== '') {
    state.merge(state.step(`CAST(mapApply((k, v) -> (concat(${state.text(`${target}.`)}, k), v), ${kv}), '${MAP}')`));
    return;
  }
  const field = state.stepsOf(fieldSteps({ overrides: false }), renamed, { kv });
  for (const column of NAMED_COLUMNS) state.writeIfThere(column, field(`${column}_text`));
  const [keys, values, kept] = ['keys', 'values', 'kept'].map(field);
  state.merge(
    state.step(
      `CAST((arrayFilter((k, keep) -> keep, ${keys}, ${kept}), arrayFilter((v, keep) -> keep, ${values}, ${kept})), '${MAP}')`,
    ),
  );
}
