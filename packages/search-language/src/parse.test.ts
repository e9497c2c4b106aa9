import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addCondition, addText, describeCursor, parseSearch, quoteValue, type SearchNode, type Test } from './index.ts';

/** A short form of the tree, for reading. */
function show(node: SearchNode | null): string {
  if (node === null) return 'all';
  if (node.type === 'not') return `not(${show(node.part)})`;
  if (node.type === 'text') return showTest(node.test);
  if (node.type === 'field') return `${node.field}:${showTest(node.test)}`;
  return `${node.type}(${node.parts.map(show).join(' ')})`;
}
function showTest(t: Test): string {
  switch (t.kind) {
    case 'is':
      return t.quoted ? `"${t.value}"` : t.value;
    case 'like':
      return t.pattern.join('*');
    case 'regex':
      return `/${t.source}/`;
    case 'exists':
      return '*';
    case 'compare':
      return `${t.operator}${t.value}`;
    case 'range':
      return `${t.includesLow ? '[' : '{'}${t.low ?? '*'} ${t.high ?? '*'}${t.includesHigh ? ']' : '}'}`;
    case 'any':
      return `(${t.tests.map(showTest).join('|')})`;
  }
}

describe('a search is read as', () => {
  test.each([
    ['', 'all'],
    ['  ', 'all'],
    ['timeout', 'timeout'],
    ['upstream timeout', 'and(upstream timeout)'],
    ['a AND b OR c', 'or(and(a b) c)'],
    ['a OR b c', 'or(a and(b c))'],
    ['"upstream timeout"', '"upstream timeout"'],
    ['"say \\"hi\\""', '"say "hi""'],
    ['time*', 'time*'],
    ['*out*', '*out*'],
    ['/user=\\d+/', '/user=\\d+/'],
    ['level:error', 'level:error'],
    ['service:payment level:warn', 'and(service:payment level:warn)'],
    ['http.status:500', 'http.status:500'],
    ['attributes.http.status:500', 'http.status:500'],
    ['http.status:>=500', 'http.status:>=500'],
    ['duration_ms:[100 TO 500]', 'duration_ms:[100 500]'],
    ['duration_ms:{100 TO *}', 'duration_ms:{100 *}'],
    ['level:(error OR warn)', 'level:(error|warn)'],
    ['level:(error warn) x', 'and(level:(error|warn) x)'],
    ['user_id:*', 'user_id:*'],
    ['NOT user_id:*', 'not(user_id:*)'],
    ['-host:web-1', 'not(host:web-1)'],
    ['NOT (a OR b) c', 'and(not(or(a b)) c)'],
    ['url:*checkout*', 'url:*checkout*'],
    ['url:/^\\/api/', 'url:/^/api/'],
    ['url:/api/v1/items', 'url:/api/v1/items'],
    ['url:"exact value"', 'url:"exact value"'],
    ['url:http://x.y/z?a=1', 'url:http://x.y/z?a=1'],
    ['@timestamp:>"2026-11-19T10:00:00Z"', '@timestamp:>2026-11-19T10:00:00Z'],
    ['결제 실패', 'and(결제 실패)'],
    ['user-id', 'user-id'],
    ['a\\:b', 'a:b'],
    ['"field with space":x', 'field with space:x'],
    ['((a))', 'a'],
  ])('%s', (text, expected) => {
    const parsed = parseSearch(text);
    expect(parsed.diagnostics).toEqual([]);
    expect(show(parsed.tree)).toBe(expected);
  });
});

test.each([
  ['(a', 'unclosed_group', 0],
  ['"a', 'unclosed_quote', 0],
  ['level:', 'expected_value', 0],
  ['level: error', 'expected_value', 0],
  ['a OR', 'expected_condition', 4],
  ['a )', 'unexpected', 2],
  ['x:[1 2]', 'expected_to', 5],
  ['x:[1 TO 2', 'unclosed_range', 2],
  ['a | count', 'no_pipes', 2],
  ['level:()', 'expected_value', 6],
])('%s is refused with %s at %i', (text, code, from) => {
  const [first] = parseSearch(text).diagnostics;
  expect(first).toMatchObject({ code, from });
});

test('any text is read without throwing, and places lie inside it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-z:()"*/[\]{} \\|<>=-]{0,60}$/)), (text) => {
      const { diagnostics, tokens } = parseSearch(text);
      for (const { from, to } of [...diagnostics, ...tokens]) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a thousand open parentheses are refused, not a stack overflow', () => {
  expect(parseSearch('('.repeat(100_000)).diagnostics.map((d) => d.code)).toContain('too_deep');
});

test('a value that was quoted for a search is read back as itself', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (value) => {
      const { tree, diagnostics } = parseSearch(`f:${quoteValue(value)}`);
      expect(diagnostics).toEqual([]);
      expect(tree).toMatchObject({ type: 'field', field: 'f', test: { kind: 'is', value } });
    }),
  );
});

test('a click adds a condition once and turns its contrary round', () => {
  expect(addCondition('', 'level', 'error', 'include')).toBe('level:error');
  expect(addCondition('a', 'host', 'web 1', 'exclude')).toBe('a -host:"web 1"');
  expect(addCondition('a level:error', 'level', 'error', 'exclude')).toBe('a -level:error');
  expect(addCondition('a level:error', 'level', 'error', 'include')).toBe('a level:error');
  expect(addCondition('a NOT level:error', 'level', 'error', 'include')).toBe('a level:error');
  expect(addCondition('a -level:error', 'level', 'error', 'include')).toBe('a level:error');
  expect(addCondition('NOT level:error', 'level', 'error', 'exclude')).toBe('NOT level:error');
  expect(addCondition('a level:*', 'level', '', 'include')).toBe('a NOT level:*');
  expect(addCondition('a NOT level:*', 'level', '', 'exclude')).toBe('a level:*');
  expect(addCondition('$& level:b', 'level', 'b', 'exclude')).toBe('$& -level:b');
  expect(addCondition('a OR b', 'x', '1', 'include')).toBe('(a OR b) x:1');
  expect(addCondition('a OR b | count by x', 'x', '1', 'include')).toBe('(a OR b) x:1 | count by x');
  expect(addCondition('| count by x', 'x', '', 'include')).toBe('NOT x:* | count by x');
  expect(addText('a OR b | count', 'NOT /c d/')).toBe('(a OR b) NOT /c d/ | count');
  expect(addText('', '/c d/')).toBe('/c d/');
});

test('the cursor knows whether a field or a value is typed', () => {
  expect(describeCursor('lev', 3)).toEqual({ at: 'field', typed: 'lev', replace: { from: 0, to: 3 } });
  expect(describeCursor('a level:er', 10)).toEqual({
    at: 'value',
    field: 'level',
    typed: 'er',
    replace: { from: 8, to: 10 },
  });
  expect(describeCursor('-level:', 7)).toMatchObject({ at: 'value', field: 'level', typed: '' });
});
