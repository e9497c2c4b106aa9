import { MAX_FIELDS } from './document.ts';
import { ACCEPTED_NAMES, NAMED_COLUMNS, type NamedColumn } from './names.ts';
import { type Step, textArray } from './step.ts';

/** Room for ranks below each column's code; positions of a field in its document fit below each rank. */
const COLUMN_SHIFT = 24;
const RANK_SHIFT = 16;
const NONE = 0xffff_ffff;
/** A source's own field names come before the accepted ones. */
const FIRST_ACCEPTED_RANK = 32;

const codeOf = (column: number, rank: number): number => (column + 1) * 2 ** COLUMN_SHIFT + rank * 2 ** RANK_SHIFT;

const rankedNames = NAMED_COLUMNS.flatMap((column, index) =>
  ACCEPTED_NAMES[column].map((name, rank) => ({ name, code: codeOf(index, FIRST_ACCEPTED_RANK + rank) })),
);

/** Columns a source may name fields for, and the frame index's array of those names (lower case). */
const OVERRIDES: readonly (readonly [NamedColumn, string])[] = [
  ['timestamp', 'time_fields'],
  ['level', 'level_fields'],
  ['message', 'message_fields'],
];

/**
 * Which field of `kv` is which column: for each named column `<column>_at`, the position of the strongest name present whose value
 * is not empty (0: none), and `<column>_text`, its value. One code a field (column, rank, position) is computed once, then the least
 * code of each column wins. `overrides` adds the names that frames bring.
 */
export function fieldSteps({ overrides }: { overrides: boolean }): Step[] {
  // Codes are above 2^16, so that the engine reads plain numbers as UInt32; a call each would cost planning time.
  const accepted = `transform(lower(k), ${textArray(rankedNames.map((entry) => entry.name))}, [${rankedNames.map((entry) => entry.code).join(', ')}], toUInt32(0))`;
  const code = overrides
    ? `multiIf(${OVERRIDES.map(
        ([column, array]) =>
          `indexOf(${array}, lower(k)) > 0, toUInt32(${codeOf(NAMED_COLUMNS.indexOf(column), 0)} + ${2 ** RANK_SHIFT} * least(indexOf(${array}, lower(k)), ${FIRST_ACCEPTED_RANK - 1}))`,
      ).join(', ')}, ${accepted})`
    : accepted;
  const steps: Step[] = [
    { name: 'keys', sql: 'mapKeys(kv)' },
    { name: 'values', sql: 'mapValues(kv)' },
    { name: 'too_many_fields', sql: `length(kv) > ${MAX_FIELDS}` },
    { name: 'key_codes', sql: `arrayMap(k -> ${code}, keys)` },
    {
      name: 'codes',
      sql: `arrayMap((c, v, i) -> if(c = 0 OR v = '' OR v = 'null' OR i > ${MAX_FIELDS}, toUInt32(${NONE}), toUInt32(c + i)), key_codes, values, arrayEnumerate(keys))`,
    },
  ];
  NAMED_COLUMNS.forEach((column, index) => {
    const least = `arrayMin(c -> if(bitShiftRight(c, ${COLUMN_SHIFT}) = ${index + 1}, c, toUInt32(${NONE})), codes)`;
    steps.push(
      { name: `${column}_code`, sql: `if(empty(codes), toUInt32(${NONE}), ${least})` },
      { name: `${column}_at`, sql: `if(${column}_code = ${NONE}, 0, bitAnd(${column}_code, ${2 ** RANK_SHIFT - 1}))` },
      { name: `${column}_text`, sql: `values[${column}_at]` },
    );
  });
  const taken = NAMED_COLUMNS.map((column) => `i = ${column}_at`).join(' OR ');
  steps.push({ name: 'kept', sql: `arrayMap(i -> NOT (i > ${MAX_FIELDS} OR ${taken}), arrayEnumerate(keys))` });
  return steps;
}
