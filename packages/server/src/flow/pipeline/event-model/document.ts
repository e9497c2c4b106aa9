import { type Step, text, textArray, textWhen } from './step.ts';

/** A longer line is stored as text, cut to this size and marked. */
const MAX_LINE_BYTES = 1_048_576;
/** Further fields of an event are left out and the event is marked. */
export const MAX_FIELDS = 1_000;
/** Objects nested deeper stay JSON text under the name of their path: found by searching, not by name. */
const MAX_DEPTH = 32;

const MAP = 'Map(LowCardinality(String), String)';

/**
 * Decimals of more digits than a double keeps (16 and more around the point, a little over-inclusive). The parser would round them, and
 * it refuses a document with an integer beyond 64 bits or an exponent beyond a double: then numbers are quoted before it is read.
 */
const LONG_DECIMAL = [
  String.raw`[0-9]\.[0-9]{13}`,
  String.raw`[0-9]{4}\.[0-9]{10}`,
  String.raw`[0-9]{7}\.[0-9]{7}`,
  String.raw`[0-9]{10}\.[0-9]{4}`,
  String.raw`[0-9]{13}\.[0-9]`,
];
/** Whatever is no number, strings whole, then a number. A `0` behind the line makes the last match end at its end. */
const NEXT_NUMBER = String.raw`((?:[^"0-9-]|"(?:[^"\\]|\\.)*")*)(-?[0-9][0-9.eE+-]*)`;
/** The sentinel with its quotes. */
const QUOTED_SENTINEL_BYTES = 3;

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
 * A flat line costs one JSONExtract. Only lines with an inner `{` (or a null, or numbers that must be quoted) go through the generic reader,
 * one level of objects an iteration; the others hand it an empty text, which costs less than a branch (bench/load-cost.ts). Levels
 * written out one below the other instead of a fold made the engine repeat them: 900 µs a row against 9.
 */
export function documentSteps(): Step[] {
  const steps: Step[] = [
    { name: 'too_long', sql: `length(raw) > ${MAX_LINE_BYTES}` },
    { name: 'trimmed', sql: `substring(raw, 1, least(length(raw) - endsWith(raw, '\\r'), ${MAX_LINE_BYTES}))` },
    { name: 'line', sql: `if(too_long OR endsWith(raw, '\\r') OR NOT isValidUTF8(raw), toValidUTF8(trimmed), raw)` },
    { name: 'kv_strict', sql: asMap('line') },
    {
      name: 'braced',
      sql: `startsWith(line, '{') OR (substring(line, 1, 1) IN (' ', '\\t') AND startsWith(trimLeft(line), '{'))`,
    },
    { name: 'quotes_numbers', sql: `braced AND (empty(kv_strict) OR multiMatchAny(line, ${textArray(LONG_DECIMAL)}))` },
    {
      name: 'quoted',
      sql: `replaceRegexpAll(if(quotes_numbers, concat(line, '0'), ''), ${text(NEXT_NUMBER)}, '\\\\1"\\\\2"')`,
    },
    { name: 'quoted_line', sql: `substring(quoted, 1, length(quoted) - ${QUOTED_SENTINEL_BYTES})` },
    // null reads as '' in the map; the generic reader keeps it apart from an empty text.
    {
      name: 'nests',
      sql: `braced AND (position(line, '{', 2) > 0 OR (has(mapValues(kv_strict), '') AND position(line, 'null') > 0))`,
    },
    { name: 'level_0', sql: pairsOf(`if(nests, if(quotes_numbers, quoted_line, line), '')`) },
  ];
  steps.push(
    { name: 'depth', sql: `if(nests, least(countSubstrings(line, '{') - 1, ${MAX_DEPTH}), 0)` },
    {
      name: 'pairs',
      sql: `arrayFold((acc, i) -> if(arrayExists(p -> ${isObject('p.2')}, acc), ${opened('acc')}, acc), range(depth), level_0)`,
    },
  );
  const value = `if(startsWith(p.2, '"'), if(position(p.2, '\\\\') = 0, substring(p.2, 2, length(p.2) - 2), JSONExtractString(p.2)), p.2)`;
  const nested = `CAST(arrayMap(p -> (p.1, ${value}), pairs), '${MAP}')`;
  steps.push(
    { name: 'kv', sql: `multiIf(nests, ${nested}, quotes_numbers, ${asMap('quoted_line')}, kv_strict)` },
    { name: 'is_json', sql: 'notEmpty(kv)' },
    { name: 'parse_error', sql: textWhen(`braced AND NOT is_json AND line != '{}'`, `'the line is not valid JSON'`) },
  );
  return steps;
}
