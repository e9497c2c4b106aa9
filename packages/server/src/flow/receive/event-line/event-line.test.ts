import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventLine, EventLines, parseExactly, textLines } from './index.ts';

const read = (line: EventLine): unknown => JSON.parse(line.end());

test('objects become flat dotted fields, arrays stay, and no digit is lost', () => {
  const given =
    '{"a":{"b":{"c":1}},"list":[1,{"x":2}],"empty":{},"none":null,"id":12345678901234567890,"pi":3.14159265358979312}';
  expect(new EventLine().text(given).end()).toBe(
    '{"a.b.c":1,"list":[1,{"x":2}],"empty":{},"none":null,"id":"12345678901234567890","pi":"3.14159265358979312"}',
  );
});

test('a flat object stands in the line as it was written, and what comes later yields to it', () => {
  const flat = ' {"a": 1e3, "list":[{"x":1}], "level":"warn","n":12345678901234567890,"none":null} ';
  const line = new EventLine().field('host', 'web-1').text(flat).field('a', 2).field('level', 'warn').field('none', 1);
  expect(line.hasAny(['level'])).toBe(true);
  expect(line.hasAny(['none'])).toBe(false);
  expect(line.end()).toBe(
    '{"host":"web-1","a_extracted":2,"none_extracted":1,"a": 1e3, "list":[{"x":1}], "level":"warn","n":12345678901234567890,"none":null}',
  );
  expect(new EventLine().text('{}').end()).toBe('{}');
  expect(new EventLine().text('{"a":1,\n"b":2}').end()).toBe('{"a":1,"b":2}');
});

test('lines that are too many together are refused', () => {
  const lines = new EventLines();
  const long = 'x'.repeat(1024 * 1024);
  expect(() => {
    for (let line = 0; line < 300; line++) lines.add(long);
  }).toThrow('Send fewer at once');
});

test('what came first is stronger, and another value under the same name is kept', () => {
  const line = new EventLine().field('host', 'web-1').field('level', 'warn').text('{"level":"info","host":"web-1"}');
  expect(read(line)).toEqual({ host: 'web-1', level: 'warn', level_extracted: 'info' });
});

test.each([
  ['2026-11-21 08:00:00 [error] 1#1: upstream timed out', 'error'],
  ['level=warn msg="slow query"', 'warn'],
  ['2026-11-21T08:00:00Z ERROR payment failed', 'ERROR'],
  ['the error is somewhere', undefined],
  ['INFRASTRUCTURE is up', undefined],
])('the level of %s is %s', (message, level) => {
  expect(read(new EventLine().text(message))).toEqual({ message, ...(level !== undefined && { level }) });
});

test('a level that is given stays', () => {
  expect(read(new EventLine().field('severity', 'info').text('ERROR x'))).toEqual({
    severity: 'info',
    message: 'ERROR x',
  });
});

test('what is no JSON object, or too deep to write again, is message', () => {
  const deep = `{"k":2,"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  for (const text of ['{"a":', '[1,2]', '{x}', ' {"a":1} tail', deep])
    expect(read(new EventLine().field('k', 1).text(text))).toEqual({ k: 1, message: text });
});

test('a text beyond the limit of a line is cut and marked', () => {
  const line = new EventLine().text('\n'.repeat(3_000_000)).end();
  expect(line.length).toBeLessThan(1_048_000);
  expect(JSON.parse(line)).toMatchObject({ 'moalog.truncated': 'line' });
});

test('any JSON object comes through as one flat line', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 })), (object) => {
      const line = new EventLine().text(JSON.stringify(object)).end();
      expect(line).not.toContain('\n');
      for (const value of Object.values(JSON.parse(line) as object))
        if (value !== null && typeof value === 'object' && !Array.isArray(value))
          expect(Object.keys(value)).toEqual([]);
    }),
  );
});

test('any text comes through', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = new EventLine().text(`x${text}`).end();
      expect(JSON.parse(line)).toMatchObject({ message: `x${text}`.replaceAll('\r', '\r') });
    }),
  );
});

test('numbers as JSON.parse reads them, unless it would change them', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), (number) => {
      expect(Number(parseExactly(JSON.stringify(number))) === number).toBe(true);
    }),
  );
});

test('lines of a payload, and of lines gathered', () => {
  expect([...textLines(Buffer.from('a\r\n\n가\nlast'))]).toEqual(['a', '가', 'last']);
  expect([...textLines(Buffer.alloc(0))]).toEqual([]);
  const lines = new EventLines();
  expect(lines.lines()).toEqual({ payload: Buffer.alloc(0), rows: 0 });
  lines.add('{}');
  lines.add('{"a":1}');
  expect(lines.lines()).toEqual({ payload: Buffer.from('{}\n{"a":1}\n'), rows: 2 });
});
