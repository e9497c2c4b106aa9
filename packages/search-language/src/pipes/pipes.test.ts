import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSearch, type SearchNode, type Test } from '../index.ts';
import {
  AGGREGATE_WORDS,
  type Aggregate,
  describePipeCursor,
  type Expression,
  FUNCTIONS,
  isFunction,
  type Name,
  type Pipe,
  parseQuery,
  printQuery,
} from './index.ts';

/** How a query is read, printed back: places and spelling apart it is the same. */
function read(text: string): string {
  const { filter, pipes, diagnostics } = parseQuery(text);
  expect(diagnostics).toEqual([]);
  return printQuery(filter, pipes);
}

describe('a query is read as', () => {
  test.each([
    ['| count', '| count'],
    ['level:error | count by service, level', 'level:error | count by service, level'],
    ['a OR b c|count as n by k8s.pod-name', 'a OR b c | count as n by k8s.pod-name'],
    ['| timechart', '| timechart auto count'],
    ['| timechart 5m p99(duration_ms) by service', '| timechart 5m p99(duration_ms) by service'],
    ['| timechart auto by level', '| timechart auto count by level'],
    ['| timechart 300s count(), avg(x)', '| timechart 5m count, avg(x)'],
    ['| timechart 1500ms rate', '| timechart 1500ms rate'],
    ['| top url', '| top 10 url'],
    ['| TOP 5 url, host', '| top 5 url, host'],
    ['| rare 3 "odd name"', '| rare 3 `odd name`'],
    ['| stats count(), avg(x), P95(x) AS p95 BY host', '| stats count, avg(x), p95(x) as p95 by host'],
    [
      '| stats count_if(level:error), count_if(a>1 and b="x"), distinct(user.id)',
      '| stats count_if(level:error), count_if(a > 1 and b = "x"), distinct(user.id)',
    ],
    ['| stats count() by x | where count > 5', '| stats count by x | where count > 5'],
    ['| stats p99.9(x) | sort p99.9(x) desc', '| stats p99.9(x) | sort p99.9(x) desc'],
    ['| where a == 1 AND NOT (b:c OR d != e)', '| where a = 1 and not (b:c or d != e)'],
    ['| where -level:error', '| where not level:error'],
    ['| where level:(error OR warn) and url:/^\\/api|x/', '| where level:(error OR warn) and url:/^\\/api|x/'],
    ['| where if(level:error, 1, 0) = 1', '| where if(level:error, 1, 0) = 1'],
    ['| where dur:>=5 or dur:[1 TO 2]', '| where dur:>=5 or dur:["1" TO "2"]'],
    ['| sort -a, b, c desc', '| sort a desc, b asc, c desc'],
    ['| limit 20', '| limit 20'],
    ['| fields a, b-c', '| fields a, b-c'],
    ['| fields - a', '| fields - a'],
    ['| fields timestamp, message | limit 1', '| fields timestamp, message | limit 1'],
    ['| parse "took * ms" as took', '| parse "took * ms" as took'],
    ['| parse "/api/*/*" from url as what, id', '| parse "/api/*/*" from url as what, id'],
    ['| extract /user=(?<user>\\d+)/', '| extract /user=(?<user>\\d+)/'],
    ['| extract /a|(?P<b>\\/x)/ from url | count by b', '| extract /a|(?P<b>\\/x)/ from url | count by b'],
    ['| eval ratio = errors / total', '| eval ratio = errors / total'],
    ['| eval a = -(1 + 2) * 3 - 4 - 5, b = a', '| eval a = -(1 + 2) * 3 - 4 - 5, b = a'],
    ['| eval a = 1 - (2 - 3)', '| eval a = 1 - (2 - 3)'],
    ['| eval `odd name` = `x y` / 2', '| eval `odd name` = `x y` / 2'],
    ["| eval a = concat(lower(service), '-', level)", '| eval a = concat(lower(service), "-", level)'],
    ['"a | b" | dedup host', '"a | b" | dedup host'],
    ['/a|b/ | patterns', '/a|b/ | patterns'],
    ['url:/x/|sample 1000', 'url:/x/ | sample 1000'],
    ['결제 | count by 서비스', '결제 | count by 서비스'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));
});

/** Where something is wrong is marked with ‹ and ›. */
describe('what is wrong is named, with its place', () => {
  test.each([
    ['a | ‹›', 'expected'],
    ['a | ‹cuont› by x', 'unknown_pipe'],
    ['a | ‹head› 5', 'unknown_pipe'],
    ['a | count ‹service›', 'expected'],
    ['a | count by ‹›', 'expected'],
    ['a | count by ‹›| limit 5', 'expected'],
    ['a | count by service ‹level›', 'expected'],
    ['a | timechart ‹5q›', 'expected'],
    ['a | timechart ‹0m›', 'out_of_range'],
    ['a | stats ‹averg›(x)', 'unknown_function'],
    ['a | stats avg‹›', 'expected'],
    ['a | stats ‹avg()›', 'argument_count'],
    ['a | stats ‹count(x)›', 'argument_count'],
    ['a | stats count_if(‹x›)', 'not_a_condition'],
    ['‹| stats count(), count()›', 'duplicate_column'],
    ['a | limit ‹›', 'expected'],
    ['a | limit ‹0›', 'out_of_range'],
    ['a | limit ‹10001›', 'out_of_range'],
    ['a | limit ‹1.5›', 'out_of_range'],
    ['a | where ‹p95›', 'not_a_condition'],
    ['a | where x >‹›', 'expected'],
    ['a | where x > 1 ‹y›', 'expected'],
    ['a | where 1 < 2 ‹<› 3', 'expected'],
    ['a | where (x > 1‹›', 'expected'],
    ['a | where ‹"x›', 'unclosed_quote'],
    ['a | where ‹nope›(x) > 1', 'unknown_function'],
    ['a | where ‹avg›(x) > 1', 'unknown_function'],
    ['a | where ‹timestamp > "2026"›', 'not_a_value'],
    ['a | eval x = ‹level:error› + 1', 'not_a_number'],
    ['a | eval x = ‹round()›', 'argument_count'],
    ['a | eval x ‹›', 'expected'],
    ['a | count by service | where ‹servce› = "x"', 'unknown_column'],
    ['a | count by service | sort ‹level›', 'unknown_column'],
    ['a | count by service | ‹timechart count()›', 'needs_events'],
    ['a | count by service | stats ‹first(service)›', 'needs_events'],
    ['a | count | ‹patterns›', 'needs_events'],
    ['a | ‹patterns› | limit 5', 'must_be_last'],
    ['a | count | ‹fields -count›', 'no_columns'],
    ['a | ‹parse "* *" as x›', 'names_differ'],
    ['a | parse "*" ‹›', 'expected'],
    ['a | extract ‹/x=(\\d+)/›', 'no_group'],
    ['a | extract ‹/x=›', 'unclosed_regex'],
    ['a | where ‹level:›', 'expected_value'],
    ['‹(›a | count', 'unclosed_group'],
  ])('%s: %s', (marked, code) => {
    const from = marked.indexOf('‹');
    const to = marked.indexOf('›') - 1;
    const text = marked.replace(/[‹›]/g, '');
    const [first] = parseQuery(text).diagnostics;
    const span = marked.startsWith('‹|') ? { from: 2, to } : { from, to };
    expect(first).toMatchObject({ code, ...span });
  });
});

test('a word that comes close, and names from other languages, are suggested', () => {
  const suggestion = (text: string) => parseQuery(text).diagnostics[0]?.suggestion;
  expect(suggestion('| timechrt')).toBe('timechart');
  expect(suggestion('| head 5')).toBe('limit');
  expect(suggestion('| stats p95(x), distnct(y)')).toBe('distinct');
  expect(suggestion('| eval x = rond(y)')).toBe('round');
  expect(suggestion('| count by service | where servce = "a"')).toBe('service');
});

test('a mistake in one pipe leaves the others readable, and each gets its own message', () => {
  const { pipes, diagnostics } = parseQuery('| cuont | where > | limit 5');
  expect(pipes.map(({ pipe }) => pipe)).toEqual(['limit']);
  expect(diagnostics.map(({ code }) => code)).toEqual(['unknown_pipe', 'expected']);
});

test('columns and their types are known behind each pipe', () => {
  const { shapes } = parseQuery(
    '| eval slow = duration_ms > 100 | stats count(), max(timestamp), last(slow) by host | fields host, count',
  );
  expect(shapes).toEqual([
    { rows: 'events', columns: [] },
    { rows: 'events', columns: [{ name: 'slow', type: 'boolean' }] },
    {
      rows: 'table',
      columns: [
        { name: 'host', type: 'text' },
        { name: 'count', type: 'number' },
        { name: 'max(timestamp)', type: 'time' },
        { name: 'last(slow)', type: 'boolean' },
      ],
    },
    {
      rows: 'table',
      columns: [
        { name: 'host', type: 'text' },
        { name: 'count', type: 'number' },
      ],
    },
  ]);
});

test('a search alone still refuses pipes, and says where they begin', () => {
  expect(parseSearch('level:error | count')).toMatchObject({ pipesFrom: 12, diagnostics: [{ code: 'no_pipes' }] });
  expect(parseSearch('"a | b"')).toMatchObject({ pipesFrom: null, diagnostics: [] });
  expect(parseSearch('| count')).toMatchObject({ pipesFrom: 0, tree: null });
});

describe('at the cursor', () => {
  const at = (text: string) => {
    const cursor = describePipeCursor(text, text.length);
    return cursor === null
      ? null
      : {
          words: cursor.words.map(({ text: word }) => word),
          fields: cursor.writeField !== null,
          value: cursor.valueOf,
          typed: cursor.typed,
        };
  };
  test('in front of the pipes it is the search that is completed', () => expect(at('level:er')).toBeNull());
  test('pipes are offered', () => {
    expect(at('a |')?.words).toContain('timechart');
    expect(at('a | cou')).toMatchObject({ typed: 'cou', fields: false });
  });
  test('fields of events, or columns of the table', () => {
    expect(at('a | count by ')).toMatchObject({ fields: true });
    expect(at('a | top 5 ser')).toMatchObject({ fields: true, typed: 'ser' });
    expect(at('a | count by service, level | sort ')).toMatchObject({ fields: false });
    expect(at('a | count by service, level | sort ')?.words).toEqual(
      expect.arrayContaining(['service', 'level', 'count']),
    );
    expect(at('a | eval x = 1 | where ')?.words).toEqual(expect.arrayContaining(['x', 'lower(']));
  });
  test('aggregates, keywords and values', () => {
    expect(at('a | stats ')?.words).toEqual(expect.arrayContaining(['count()', 'p95(']));
    expect(at('a | timechart 5m ')?.words).toEqual(expect.arrayContaining(['by', 'avg(']));
    expect(at('a | count ')?.words).toEqual(['as', 'by']);
    expect(at('a | where level:er')).toMatchObject({ value: 'level', typed: 'er' });
    expect(at('a | parse "x')?.words).toEqual([]);
  });
});

/** Arbitrary queries, as trees: names and texts of any kind, nested expressions. */
const span = { from: 0, to: 0 };
const anyName = fc.oneof(
  fc.constantFrom('service', 'http.status', 'by', 'and', 'odd name', 'k8s-pod', '서비스', 'a`b', '@timestamp', '5xx'),
  fc.string({ minLength: 1, maxLength: 8 }),
);
const name = anyName.map((each): Name => ({ name: each, ...span }));
const quotable = fc.string({ maxLength: 10 });
const bareValue = fc
  .string({ minLength: 1, maxLength: 8 })
  .filter((value) => !value.includes('\\') && !['OR', 'TO', '*'].includes(value));
const test1: fc.Arbitrary<Test> = fc.oneof(
  fc.record({ kind: fc.constant('is' as const), value: quotable, quoted: fc.constant(true) }),
  fc.record({ kind: fc.constant('is' as const), value: bareValue, quoted: fc.constant(false) }),
  fc.record({
    kind: fc.constant('like' as const),
    pattern: fc
      .array(fc.string({ maxLength: 4 }), { minLength: 2, maxLength: 3 })
      .filter((parts) => parts.some((part) => part !== '')),
  }),
  fc.constant({ kind: 'exists' as const }),
  fc.record({ kind: fc.constant('regex' as const), source: fc.constantFrom('a|b', '^/x$', '(?<u>\\d+)', 'a b') }),
);
const anyTest: fc.Arbitrary<Test> = fc.oneof(
  test1,
  fc.record({
    kind: fc.constant('compare' as const),
    operator: fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const, '=' as const),
    value: quotable,
    quoted: fc.constant(true),
  }),
  fc.record({
    kind: fc.constant('range' as const),
    low: fc.option(quotable),
    high: fc.option(quotable),
    includesLow: fc.boolean(),
    includesHigh: fc.boolean(),
  }),
  fc
    .array(
      test1.filter(({ kind }) => kind !== 'exists'),
      { minLength: 1, maxLength: 3 },
    )
    .map((tests) => ({ kind: 'any' as const, tests })),
);
const field = anyName.filter((each) => !each.startsWith('attributes.'));
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ type: fc.constant('name' as const), name: anyName, ...constants(span) }),
    fc.record({
      type: fc.constant('number' as const),
      value: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((n) => Math.abs(n)),
      ...constants(span),
    }),
    fc.record({ type: fc.constant('string' as const), value: fc.string(), ...constants(span) }),
    fc.record({ type: fc.constant('test' as const), field, test: anyTest, ...constants(span) }),
    fc.record({
      type: fc.constant('call' as const),
      function: fc.constantFrom(...Object.keys(FUNCTIONS).filter(isFunction)),
      arguments: fc.array(tie('expression'), { maxLength: 3 }),
      ...constants(span),
    }),
    fc
      .record({
        type: fc.constant('unary' as const),
        operator: fc.constantFrom('-' as const, 'not' as const),
        operand: tie('expression'),
        ...constants(span),
      })
      // A minus before a test is read as `not`.
      .filter(({ operator, operand }) => operator === 'not' || operand.type !== 'test'),
    fc.record({
      type: fc.constant('binary' as const),
      operator: fc.constantFrom(
        '+' as const,
        '-' as const,
        '*' as const,
        '/' as const,
        '%' as const,
        '=' as const,
        '!=' as const,
        '<' as const,
        '>=' as const,
        'and' as const,
        'or' as const,
      ),
      left: tie('expression'),
      right: tie('expression'),
      ...constants(span),
    }),
  ),
}));
function constants<T extends object>(object: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fc.constant(value)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  }; // the same keys
}
const names = fc.array(name, { minLength: 1, maxLength: 3 });
const by = fc.array(name, { maxLength: 3 });
const aggregates = fc.array(
  fc.record({
    function: fc.constantFrom(...AGGREGATE_WORDS),
    argument: fc.option(expression),
    as: fc.option(anyName),
    ...constants(span),
  }),
  { minLength: 1, maxLength: 3 },
) as fc.Arbitrary<Aggregate[]>;
const pipe = fc
  .oneof(
    fc.record({ pipe: fc.constant('count' as const), by, as: fc.option(name) }),
    fc.record({
      pipe: fc.constant('timechart' as const),
      everyMs: fc.option(fc.integer({ min: 1, max: 900_000 })),
      aggregates,
      by,
    }),
    fc.record({
      pipe: fc.constantFrom('top' as const, 'rare' as const),
      limit: fc.integer({ min: 1, max: 1_000 }),
      fields: names,
    }),
    fc.record({ pipe: fc.constant('stats' as const), aggregates, by }),
    fc.record({ pipe: fc.constant('where' as const), condition: expression }),
    fc.record({
      pipe: fc.constant('sort' as const),
      keys: fc.array(
        fc
          .record({ by: expression, descending: fc.boolean() })
          .filter(({ by: key, descending }) => descending || key.type !== 'unary' || key.operator !== '-'),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    fc.record({
      pipe: fc.constantFrom('limit' as const, 'sample' as const),
      count: fc.integer({ min: 1, max: 10_000 }),
    }),
    fc.record({ pipe: fc.constant('fields' as const), fields: names, exclude: fc.boolean() }),
    fc.record({ pipe: fc.constant('parse' as const), pattern: fc.string(), field: fc.option(name), names }),
    fc.record({
      pipe: fc.constant('extract' as const),
      source: fc.constantFrom('(?<a>x)', 'a|/(?P<b>y)'),
      sourceSpan: fc.constant(span),
      field: fc.option(name),
    }),
    fc.record({
      pipe: fc.constant('eval' as const),
      assignments: fc.array(fc.record({ name, value: expression }), { minLength: 1, maxLength: 2 }),
    }),
    fc.record({ pipe: fc.constant('dedup' as const), fields: names }),
    fc.record({ pipe: fc.constant('patterns' as const) }),
  )
  .map((each) => ({ ...each, ...span }) as Pipe);

/** Without places, and what stands for the same: `count()` and `count`, `- x` before a number. */
const plain = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      ['from', 'to', 'sourceSpan', 'fieldSpan'].includes(key) && (typeof each === 'number' || key.endsWith('Span'))
        ? undefined
        : each,
    ),
  );

const search: fc.Arbitrary<SearchNode> = fc.letrec<{ node: SearchNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      type: fc.constant('field' as const),
      field,
      fieldSpan: fc.constant(span),
      test: anyTest,
      ...constants(span),
    }),
    fc.record({
      type: fc.constant('text' as const),
      test: test1.filter(({ kind }) => kind !== 'exists'),
      ...constants(span),
    }),
    fc.record({ type: fc.constant('not' as const), part: tie('node'), ...constants(span) }),
    // Groups of one kind inside each other are read as one group each in parentheses.
    fc.record({
      type: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      ...constants(span),
    }),
  ),
})).node;

test('what was printed is read as the same query', () => {
  fc.assert(
    fc.property(fc.option(search), fc.array(pipe, { maxLength: 4 }), (filter, pipes) => {
      const text = printQuery(filter, pipes);
      const back = parseQuery(text);
      expect(plain(back.pipes), text).toEqual(plain(pipes));
      expect(plain(back.filter), text).toEqual(plain(filter));
    }),
    { numRuns: 3_000 },
  );
});

test('any text is read without throwing, and places lie inside it', () => {
  const words = fc.constantFrom(
    '|',
    ' ',
    'count',
    'by',
    'stats',
    'where',
    'avg(',
    ')',
    ',',
    '"',
    '`',
    '/',
    ':',
    '5m',
    '-',
    'x',
    '>',
    '(',
    'as',
    'eval',
    '=',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(words, { maxLength: 30 }).map((parts) => `a | ${parts.join('')}`),
        fc.string(),
      ),
      (text) => {
        const { diagnostics, tokens } = parseQuery(text);
        for (const { from, to } of [...diagnostics, ...tokens]) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to).toBeGreaterThanOrEqual(from);
          expect(to).toBeLessThanOrEqual(text.length);
        }
        describePipeCursor(text, text.length);
      },
    ),
    { numRuns: 3_000 },
  );
});

test('deep nesting is refused, not a stack overflow', () => {
  for (const deep of ['('.repeat(100_000), '-'.repeat(100_000), 'not '.repeat(50_000), 'abs('.repeat(50_000)])
    expect(parseQuery(`| where ${deep}x`).diagnostics[0]?.code).toMatch(/too_many|expected/);
  expect(parseQuery('| limit 1'.repeat(1_000)).diagnostics[0]?.code).toBe('too_many');
});
