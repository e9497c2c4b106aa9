import { type Step, text, textWhen } from './step.ts';

/** A longer line is stored as text, cut to this size and marked. */
export const MAX_LINE_BYTES = 1_048_576;
/** Further fields of an event are left out and the event is marked. */
export const MAX_FIELDS = 1_000;
/** Objects nested deeper stay JSON text under the name of their path: found by searching, not by name. */
export const MAX_DEPTH = 32;
/** Levels that are opened one by one in the statement; an object below them stays JSON text. */
const OPENED_LEVELS = 8;

const MAP = 'Map(LowCardinality(String), String)';

/** Integers beyond 64 bits and exponents beyond a double make the parser refuse the whole document; quoted they keep their digits. */
const HUGE_NUMBER = String.raw`([:\[,]\s*)(-?(?:\d{19,}(?:\.\d+)?(?:[eE][+-]?\d+)?|\d+(?:\.\d+)?[eE][+-]?\d{3,}))(\s*[,}\]])`;

const asMap = (json: string): string => `JSONExtract(${json}, '${MAP}')`;
const pairsOf = (json: string): string => `JSONExtractKeysAndValuesRaw(${json})`;
const isObject = (raw: string): string => `(startsWith(${raw}, '{') AND ${raw} != '{}')`;

/** One level of the objects inside `pairs` opened: `('a', '{"b":1}')` becomes `('a.b', '1')`. */
const opened = (pairs: string): string =>
  `arrayFlatten(arrayMap(p -> if(${isObject('p.2')}, arrayMap(c -> (concat(p.1, '.', c.1), c.2), ${pairsOf('p.2')}), [p]), ${pairs}))`;

/**
 * The line as a flat document. Gives `line` (valid UTF-8, without its `\\r`, cut when too long), `kv`, a
 * Map(LowCardinality(String), String) of dotted names and values as text, empty for a line that is no JSON object; `is_json`;
 * `too_long`; `parse_error` ('' when there is none).
 *
 * A flat line costs one JSONExtract; only lines with an inner `{` pay for being opened. The branches of an `if` that nothing else uses are
 * computed under a mask, which copies their inputs: so what most rows need (`kv_strict`) is also named in a condition, and stays out of
 * that (bench/load-cost.ts: 8.3 → 4 µs a row for the whole SELECT).
 */
export function documentSteps(): Step[] {
  const steps: Step[] = [
    { name: 'too_long', sql: `length(raw) > ${MAX_LINE_BYTES}` },
    { name: 'trimmed', sql: `substring(raw, 1, least(length(raw) - endsWith(raw, '\\r'), ${MAX_LINE_BYTES}))` },
    { name: 'line', sql: `if(too_long OR endsWith(raw, '\\r') OR NOT isValidUTF8(raw), toValidUTF8(trimmed), raw)` },
    { name: 'kv_strict', sql: asMap('line') },
    { name: 'braced', sql: `startsWith(line, '{')` },
    { name: 'repaired', sql: 'braced AND empty(kv_strict)' },
    { name: 'repaired_line', sql: `replaceRegexpAll(line, ${text(HUGE_NUMBER)}, '\\\\1"\\\\2"\\\\3')` },
    { name: 'nests', sql: `braced AND position(line, '{', 2) > 0` },
    { name: 'level_0', sql: `${pairsOf(`if(repaired, repaired_line, line)`)}` },
  ];
  for (let level = 1; level <= OPENED_LEVELS; level++) {
    const above = `level_${level - 1}`;
    steps.push({
      name: `level_${level}`,
      sql: `if(arrayExists(p -> ${isObject('p.2')}, ${above}), ${opened(above)}, ${above})`,
    });
  }
  const value = `if(startsWith(p.2, '"'), JSONExtractString(p.2), if(p.2 = 'null', '', p.2))`;
  const nested = `CAST(arrayMap(p -> (p.1, ${value}), level_${OPENED_LEVELS}), '${MAP}')`;
  steps.push(
    { name: 'kv', sql: `multiIf(nests, ${nested}, repaired, ${asMap('repaired_line')}, kv_strict)` },
    { name: 'is_json', sql: 'notEmpty(kv)' },
    { name: 'parse_error', sql: textWhen(`braced AND NOT is_json AND line != '{}'`, `'the line is not valid JSON'`) },
  );
  return steps;
}
