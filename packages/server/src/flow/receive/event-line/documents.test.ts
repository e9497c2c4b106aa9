import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Body } from '../intake/index.ts';
import { documentTexts, textLines, toEventLines } from './index.ts';

const bodyOf = (text: string): Body => Body.of([Buffer.from(text)], Buffer.byteLength(text));
const texts = (text: string): string[] => [...documentTexts(bodyOf(text))];
const atOnce = (text: string): string[] => [...textLines(toEventLines(bodyOf(text)).payload)];

test.each([
  ['JSON lines', '{"a":1}\n{"a":2}\n'],
  ['objects behind each other', '{"a":1}{"a":2} {"a":3}'],
  ['an object over lines', '{\n"a": 1,\n"b": {"c": 2}\n}\n{"d": 3}'],
  ['an array', ' [{"a":1},{"a":2}]'],
  ['arrays behind each other', '[{"a":1}][{"a":2}]\n{"a":3}'],
  ['an array of texts', '["a","b"]'],
  ['an empty array', '[]'],
  ['text', 'one\ntwo [x]\n\nthree'],
  ['text in brackets', '[2026-11-21] started\n[error] x'],
  ['an object that is torn', '{"a":1}{"b":2}{"c":'],
  ['a broken line among lines', '{"a":1}\n{broken\n{"b":2}'],
  ['nothing', ''],
])('%s is read one by one as it is at once', (_what, text) => {
  expect(texts(text)).toEqual(atOnce(text));
});

test('an array that is torn keeps its whole objects and the rest as a line', () => {
  expect(texts('[{"a":1},{"a":2},{"a":')).toEqual(['{"a":1}', '{"a":2}', '{"a":']);
});

test('any documents come one by one', () => {
  const documents = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 });
  fc.assert(
    fc.property(
      documents,
      fc.constantFrom('', '\n', ' ', '\r\n'),
      fc.constantFrom(undefined, 1),
      (all, between, space) => {
        const written = all.map((one) => JSON.stringify(one, null, space));
        for (const text of [written.join(between), `[${written.join(`,${between}`)}]`])
          expect(texts(text)).toEqual(atOnce(text));
      },
    ),
  );
});

test('any text ends, and nothing of it but space is lost', () => {
  const bare = (text: string) => text.replace(/[\s,[\]]/g, '');
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('{"a":1}', '{', '}', '[', ']', ',', '"x"', '"', '\n', 'text', '1'), { maxLength: 12 }),
      (parts) => {
        const text = parts.join('');
        const read = texts(text).join('').replaceAll('{"message":"x"}', '"x"');
        expect(bare(read)).toBe(bare(text));
      },
    ),
  );
});
