import { parseQuery } from '@moalog/search-language/pipes';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Rig } from '../../load/rig.ts';
import { scopeOf } from '../compile/scope.ts';
import { queryStatement } from './statement.ts';

/** Queries that people could write, by the types of their expressions. */
const field = fc.constantFrom(
  'service',
  'level',
  'ms',
  'size',
  'user.id',
  'nope',
  '`odd name`',
  'message',
  'trace_id',
  'event_id',
);
const literal = fc.constantFrom('0', '1', '2.5', '1e400', '1e-9', '100000000000000000000');
const text = fc.constantFrom('"a"', '"결제"', '""', '"x y\'z"', '"5"');
const { number, condition, words } = fc.letrec<{ number: string; condition: string; words: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 3 },
    field,
    literal,
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc
      .tuple(fc.constantFrom('floor', 'ceil', 'abs', 'sqrt', 'log', 'log10', 'exp', 'round', 'number'), tie('number'))
      .map(([name, a]) => `${name}(${a})`),
    fc
      .tuple(fc.constantFrom('round', 'pow', 'least', 'greatest'), tie('number'), tie('number'))
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
    tie('number').map((a) => `-(${a})`),
    tie('words').map((a) => `length(${a})`),
    fc.tuple(tie('condition'), tie('number'), tie('number')).map(([c, a, b]) => `if(${c}, ${a}, ${b})`),
    fc.tuple(tie('number'), tie('number')).map(([a, b]) => `coalesce(${a}, ${b})`),
  ),
  condition: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(tie('number'), fc.constantFrom('=', '!=', '<', '<=', '>', '>='), tie('number'))
      .map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie('words'), fc.constantFrom('=', '!=', '<', '>='), tie('words')).map(([a, op, b]) => `${a} ${op} ${b}`),
    fc.tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('condition').map((a) => `not (${a})`),
    fc
      .tuple(fc.constantFrom('contains', 'starts_with', 'ends_with'), tie('words'), tie('words'))
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
    fc.constantFrom(
      'level:error',
      'ms:>5',
      'ms:[1 TO 9]',
      'user.id:*',
      'url:/a.c$/',
      'message:took',
      'service:(a OR b*)',
      'timestamp:>now-1h',
    ),
  ),
  words: fc.oneof(
    { maxDepth: 3 },
    field,
    text,
    fc.tuple(fc.constantFrom('lower', 'upper', 'trim', 'text'), tie('words')).map(([name, a]) => `${name}(${a})`),
    fc.tuple(tie('words'), tie('words')).map(([a, b]) => `concat(${a}, ${b})`),
    fc.tuple(tie('words'), tie('number'), tie('number')).map(([a, b, c]) => `substring(${a}, ${b}, ${c})`),
    fc.tuple(tie('words'), tie('words'), tie('words')).map(([a, b, c]) => `replace(${a}, ${b}, ${c})`),
    fc.tuple(tie('condition'), tie('words'), tie('number')).map(([c, a, b]) => `if(${c}, ${a}, ${b})`),
    fc.tuple(tie('words'), tie('number')).map(([a, b]) => `coalesce(${a}, ${b})`),
    tie('number').map((a) => `text(${a})`),
  ),
}));
const value = fc.oneof(number, condition, words, fc.constantFrom('timestamp', 'received_at'));
const aggregate = fc.oneof(
  fc.constantFrom('count()', 'rate()'),
  fc
    .tuple(fc.constantFrom('sum', 'avg', 'min', 'max', 'median', 'p95', 'p99.9', 'rate'), number)
    .map(([name, a]) => `${name}(${a})`),
  fc.tuple(fc.constantFrom('distinct', 'first', 'last'), value).map(([name, a]) => `${name}(${a})`),
  condition.map((a) => `count_if(${a})`),
  fc.constantFrom('max(timestamp)', 'min(received_at)'),
);
const aggregates = fc
  .array(aggregate, { minLength: 1, maxLength: 3 })
  .map((all) => all.map((each, i) => `${each} as a${i}`).join(', '));
const by = fc.constantFrom('', ' by service', ' by level, user.id', ' by timestamp', ' by x');
const before = fc.array(
  fc.oneof(
    condition.map((each) => `where ${each}`),
    value.map((each) => `eval x = ${each}`),
    fc.constantFrom(
      'parse "took * ms" as x',
      'extract /(?<x>\\d+)/ from ms',
      'dedup service',
      'sample 5',
      'limit 7',
      'sort -ms',
    ),
  ),
  { maxLength: 3 },
);
const table = fc.oneof(
  fc
    .tuple(fc.constantFrom('stats ', 'timechart 10m ', 'timechart auto '), aggregates, by)
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'count by x',
    'top 3 x, service',
    'rare x',
    'count',
    'fields x, service, timestamp',
    'fields - message',
  ),
);
const after = fc.array(
  fc.constantFrom(
    'where a0 > 1',
    'sort a0 desc',
    'eval y = a0 / 2',
    'limit 3',
    'stats count(), max(a0)',
    'dedup a0',
    'sample 2',
    'count by a0',
    'fields - a0',
  ),
  { maxLength: 2 },
);
const query = fc
  .tuple(before, fc.option(table, { nil: undefined }), after)
  .map(([a, b, c]) => ['', ...a, ...(b === undefined ? [] : [b, ...c])].join(' | '));

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
  const lines = Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      timestamp: new Date(rig.receivedAt - i * 60_000).toISOString(),
      service: 's',
      level: 'error',
      ms: i % 7 === 0 ? 'NaN' : i,
      size: `${i}`,
      user: { id: 'u' },
      message: `took ${i} ms`,
    }),
  );
  await rig.load(await rig.segment([{ lines }]));
});
afterAll(async () => rig?.close());

test('the store runs every query that can be read', async () => {
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(query, async (each) => {
      const parsed = parseQuery(each);
      // A column that is not there, or twice: refused with its place, which the tests of the language look at.
      if (parsed.diagnostics.length > 0) {
        expect(parsed.diagnostics[0]?.code, each).toMatch(
          /unknown_column|duplicate_column|needs_events|no_columns|not_a_number|not_a_value/,
        );
        return;
      }
      ran++;
      const range = { from: '2026-11-20T11:00:00Z', to: '2026-11-20T12:30:00Z' };
      const { statement } = queryStatement(parsed, scopeOf(parsed.filter, range, ['default'], rig.receivedAt), 0);
      const { text: sql, parameters } = statement.render();
      const answer = await rig.store.client
        .query({ query: sql, query_params: parameters, format: 'JSON' })
        .catch((error: unknown) => {
          throw new Error(`${each}\n${String(error).slice(0, 400)}`);
        });
      await answer.json();
    }),
    { numRuns: Number(process.env.RUNS ?? 120) },
  );
  expect(ran).toBeGreaterThan(40);
});
