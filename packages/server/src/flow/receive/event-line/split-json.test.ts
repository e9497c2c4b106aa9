import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Body } from '../intake/index.ts';
import { toEventLines } from './split-json.ts';

function split(text: string | Buffer): string[] {
  const bytes = Buffer.from(text);
  const { payload, rows } = toEventLines(Body.of([bytes], bytes.length));
  const lines = payload.toString().split('\n');
  expect(lines.pop()).toBe('');
  expect(lines).toHaveLength(rows);
  return lines;
}

describe('event lines of a body', () => {
  it.each([
    ['JSON lines', '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['JSON lines without a last newline', '{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['JSON lines with CRLF and empty lines', '\r\n{"a":1}\r\n\r\n\n{"a":2}\r\n', ['{"a":1}\r', '{"a":2}\r']],
    ['one object', '{"a":1}', ['{"a":1}']],
    [
      'an object over several lines',
      '{\n  "a": 1,\n  "b": {\r\n "c": "x\\ny" }\n}\n',
      ['{   "a": 1,   "b": {\r  "c": "x\\ny" } }'],
    ],
    ['objects over several lines after each other', '{\n"a":1\n}\n{\n"a":2\n}', ['{ "a":1 }', '{ "a":2 }']],
    ['objects without a newline between', '{"a":1}{"a":2} {"a":3}', ['{"a":1}', '{"a":2}', '{"a":3}']],
    ['an array', '[{"a":1},{"a":[2,{"b":"]"}]}]', ['{"a":1}', '{"a":[2,{"b":"]"}]}']],
    ['an array over several lines', '[\n  {"a":1},\n  {"a":\n2}\n]\n', ['{"a":1}', '{"a": 2}']],
    ['arrays after each other', '[{"a":1}]\n[{"a":2}]', ['{"a":1}', '{"a":2}']],
    ['an empty array', '[]', []],
    ['nothing', '', []],
    ['newlines alone', '\n\r\n\n', []],
    ['an array of texts', '["one","two \\"2\\""]', ['{"message":"one"}', '{"message":"two \\"2\\""}']],
    [
      'an array of mixed values',
      '[{"a":1},"x",12345678901234567890,null,[1]]',
      ['{"a":1}', '{"message":"x"}', '12345678901234567890', 'null', '[1]'],
    ],
    ['big numbers', '[{"n":123456789012345678901234567890.10}]', ['{"n":123456789012345678901234567890.10}']],
    ['brackets and quotes inside texts', '[{"a":"}]\\"{["},{"b":"\\\\"}]', ['{"a":"}]\\"{["}', '{"b":"\\\\"}']],
  ])('are cut out of %s', (_what, body, lines) => {
    expect(split(body)).toEqual(lines);
  });

  it.each([
    ['text in brackets', '[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok\n[error] x\n'],
    ['text that begins with a time in brackets', '[2025-01-01 00:00:00] a\n[2025-01-01 00:00:01] b\n'],
    ['text in brackets and quotes', '["GET /"] 200\n["GET /a"] 404\n'],
    ['text in braces', '{module} started\n{module} stopped\n'],
    ['JSON lines whose first is broken', '{"a":1\n{"b":2}\n{"c":3}\n'],
    ['JSON lines whose first has an open text', '{"a":"x\n{"b":2}\n{"c":"y"}\n'],
    ['JSON lines with a broken one in the middle', '{"b":2}\nnot json {\n{"c":3}\n'],
    ['an array that is cut off in its first element', '[{"a":"x'],
    ['a stack trace', 'Error: x\n    at f (a.js:1)\n\tat g\n'],
    ['text after an object', '{"a":1} and more\nnext\n'],
  ])('of %s are its lines as they came', (_what, body) => {
    expect(split(body)).toEqual(body.split('\n').filter((line) => line !== ''));
  });

  it('keep whole elements of an array that is cut off, and the rest as text', () => {
    expect(split('[{"a":1},{"b":2},{"c":"x')).toEqual(['{"a":1}', '{"b":2}', '{"c":"x']);
    expect(split('[{"a":1},\n{broken\n')).toEqual(['{"a":1}', '{broken']);
    expect(split('[{"a":1},{broken},{"b":2}]')).toEqual(['{"a":1}', '{broken}', '{"b":2}']);
  });

  it('are the elements of any array, however it is laid out', () => {
    const document = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1 }),
        fc.constantFrom(undefined, 1, '\t', '\r\n'),
        (documents, indent) => {
          const lines = split(JSON.stringify(documents, null, indent));
          expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(documents)));
        },
      ),
    );
  });

  it('are the documents of any objects after each other, however they are laid out', () => {
    const document = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(
        fc.array(document, { minLength: 1 }),
        fc.constantFrom('', ' ', '\n', '\r\n\t'),
        fc.constantFrom(undefined, 2),
        (documents, between, indent) => {
          const lines = split(documents.map((value) => JSON.stringify(value, null, indent)).join(between));
          expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(JSON.stringify(documents)));
        },
      ),
    );
  });

  it('hold every byte of any body but blanks between values', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', ' ', '{"a":1}', '"x"', 'text', '1');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        const kept = split(text)
          .join('')
          .replaceAll('{"message":', '')
          .replace(/[\s[\],{}]/g, '');
        expect(kept).toBe(text.replace(/[\s[\],{}]/g, ''));
      }),
      { numRuns: 2_000 },
    );
  });

  it('cost linear time, whatever brackets are left open', () => {
    const bodies = ['{"a":\n', '[{"a":1},\n', '{"a":1}{"b\n', '[[', '{"', '{"a":1} x\n'].map((unit) =>
      unit.repeat(200_000),
    );
    const started = performance.now();
    for (const body of bodies) split(body);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
