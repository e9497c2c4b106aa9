import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readConfig, type SourceConfig } from '../config/config.ts';
import { assemblerOf } from './assembler.ts';
import { encodingOf } from './encoding.ts';

const sourceOf = (source: object): SourceConfig => {
  const [read] = readConfig({
    server: 'http://x',
    key: 'k',
    stateDir: 's',
    sources: [{ paths: ['x'], ...source }],
  }).sources;
  if (read === undefined) throw new Error('no source');
  return read;
};

function assemble(source: object, content: string | Buffer, isWhole = true) {
  const bytes = Buffer.from(content as string); // both kinds are taken
  const read = sourceOf(source);
  const { consumed, body, dropped } = assemblerOf(read, encodingOf(read.encoding, bytes))(bytes, isWhole);
  return {
    consumed,
    dropped,
    events: body
      .toString()
      .split('\n')
      .filter((line) => line !== ''),
  };
}
const messages = (source: object, content: string): string[] =>
  assemble(source, content).events.map((line) =>
    line.startsWith('{') ? (JSON.parse(line) as { message: string }).message : line,
  );

const JAVA = `2026-01-01 10:00:00,123 ERROR [main] c.e.Shop - no stock
java.lang.IllegalStateException: no stock
\tat com.example.Shop.order(Shop.java:42)
\t... 12 more
Caused by: java.sql.SQLException: gone
\tat org.db.Driver.run(Driver.java:7)
2026-01-01 10:00:01,000 INFO [main] c.e.Shop - next
`;
const PYTHON = `2026-01-01 10:00:00 ERROR request failed
Traceback (most recent call last):
  File "/app/a.py", line 3, in f
    g()
KeyError: 'id'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/a.py", line 5, in f
    raise ValueError("x")
ValueError: x
2026-01-01 10:00:01 INFO next
`;
const NODE = `10:00:00 info up
TypeError: Cannot read properties of undefined (reading 'a')
    at run (/app/a.js:1:2)
    at node:internal/main:1:1 {
  code: 'X',
  [cause]: Error: y
}
10:00:01 info next
`;
const GO = `2026/01/01 10:00:00 start
panic: runtime error: index out of range [3]

goroutine 1 [running]:
main.main()
\t/app/main.go:12 +0x1d
exit status 2
2026/01/01 10:00:01 next
`;

test.each([
  ['java', JAVA, 2],
  ['python', PYTHON, 2],
  ['node', NODE, 2],
  ['go', GO, 2],
])('a %s trace stays with its line, and the next line is an event of its own', (multiline, content, count) => {
  const found = messages({ multiline }, content);
  expect(found).toHaveLength(count);
  expect(found.join('\n')).toBe(content.trimEnd());
});

test('a start pattern begins events, and an event of several lines keeps the time and level of its first', () => {
  const { events } = assemble(
    { multiline: { start: '^\\d{4}-' } },
    '2026-01-01 10:00:00 [ERROR] a\n  b\n2026-01-01 10:00:01 c\n',
  );
  expect(events.map((line) => (line.startsWith('{') ? JSON.parse(line) : line))).toEqual([
    { timestamp: '2026-01-01 10:00:00', level: 'ERROR', message: '2026-01-01 10:00:00 [ERROR] a\n  b' },
    '2026-01-01 10:00:01 c',
  ]);
});

test('the last event is left while it may grow, and maxLines ends one', () => {
  const source = { multiline: { start: '^S', maxLines: 3 } };
  expect(assemble(source, 'S 1\n a\nS 2\n b\n', false)).toMatchObject({ consumed: 7 });
  expect(messages(source, 'S 1\n a\n b\n c\n d\n')).toEqual(['S 1\n a\n b', ' c\n d']);
});

test.each([
  ['cp949', Buffer.from([0xb0, 0xe1, 0xc1, 0xa6, 0x0a, 0x8c, 0x63, 0x0a]), ['결제', '똠']],
  ['euc-kr', Buffer.from([0xb0, 0xe1, 0xc1, 0xa6, 0x0a]), ['결제']],
  ['utf-16le', Buffer.from('결제\nਊ ok\n', 'utf16le'), ['결제', 'ਊ ok']],
  ['auto', Buffer.from('\ufeff결제\n', 'utf16le'), ['결제']],
  ['utf-16be', Buffer.from('결제\n', 'utf16le').swap16(), ['결제']],
  ['auto', Buffer.from('결제\n'), ['결제']],
])('%s is read', (encoding, bytes, expected) => {
  expect(assemble({ encoding }, bytes).events).toEqual(expected);
  expect(
    assemble({ encoding, drop: { contains: 'nothing' } }, bytes).events.map((line) => line.replace('\ufeff', '')),
  ).toEqual(expected);
});

test.each<[string, object, string[]]>([
  [
    'drop contains',
    { drop: { contains: 'health' } },
    ['{"level":"info","path":"/pay"}', '2026-01-01 00:00:00 WARN slow', 'plain'],
  ],
  [
    'drop a field',
    { drop: { field: 'path', equals: '/health' } },
    ['{"level":"info","path":"/pay"}', '2026-01-01 00:00:00 WARN slow', 'plain'],
  ],
  [
    'keep an expression',
    { keep: { matches: 'pay|slow' } },
    ['{"level":"info","path":"/pay"}', '2026-01-01 00:00:00 WARN slow'],
  ],
  ['a lowest level', { minLevel: 'warn' }, ['2026-01-01 00:00:00 WARN slow', 'plain']],
  ['drop levels', { drop: [{ level: ['debug', 'info'] }] }, ['2026-01-01 00:00:00 WARN slow', 'plain']],
])('filters: %s', (_what, source, expected) => {
  const content =
    '{"level":"debug","path":"/health"}\n{"level":"info","path":"/pay"}\n2026-01-01 00:00:00 WARN slow\nplain\n';
  const { events, dropped } = assemble(source, content);
  expect(events).toEqual(expected);
  expect(dropped).toBe(4 - expected.length);
});

test('lines that a container runtime wrote are unwrapped, parts joined, JSON left as the program wrote it', () => {
  const time = '2026-01-01T00:00:00.000000001Z';
  const docker = [
    JSON.stringify({ log: '{"level":"info","id":12345678901234567890}\n', stream: 'stdout', time }),
    JSON.stringify({ log: 'ERROR ha', stream: 'stderr', time }),
    JSON.stringify({ log: 'lf\n', stream: 'stderr', time }),
    'no JSON',
  ];
  expect(assemble({ format: 'docker' }, `${docker.join('\n')}\n`).events).toEqual([
    `{"_time":"${time}","log.iostream":"stdout","level":"info","id":12345678901234567890}`,
    `{"timestamp":"${time}","level":"ERROR","log.iostream":"stderr","message":"ERROR half"}`,
    'no JSON',
  ]);
  const cri = `${time} stdout P a\n${time} stdout F b\n${time} stderr F at x\n`;
  expect(messages({ format: 'cri' }, cri)).toEqual(['ab', 'at x']);
  expect(assemble({ format: 'cri' }, `${time} stdout F a\n${time} stdout P b\n`, false).consumed).toBe(
    `${time} stdout F a\n`.length,
  );
});

test('what comes out does not depend on how much is read at once', () => {
  const line = fc.constantFrom('2026-01-01 a', '  at b', 'Caused by: c', '', '{"x":1}', '결제', 'debug x');
  const source = fc.constantFrom(
    {},
    { multiline: { start: '^2026' } },
    { multiline: 'java' },
    { drop: { contains: 'x' } },
  );
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 40 }),
      source,
      fc.integer({ min: 1, max: 60 }),
      (all, given, step) => {
        const bytes = Buffer.from(`${all.join('\n')}\n`);
        const read = sourceOf(given);
        const run = assemblerOf(read, encodingOf('utf-8', bytes));
        const pieces: Buffer[] = [];
        let at = 0;
        for (let end = step; at < bytes.length; end += step) {
          const isEnd = end >= bytes.length;
          const { consumed, body } = run(bytes.subarray(at, end), isEnd);
          pieces.push(Buffer.from(body));
          // The same bytes again, as after a crash.
          if (consumed > 0) expect(run(bytes.subarray(at, at + consumed), true).body).toEqual(body);
          at += consumed;
        }
        expect(Buffer.concat(pieces).toString()).toBe(run(bytes, true).body.toString());
      },
    ),
  );
});

test('every syllable of code page 949 is read', () => {
  const known: [number, number, string][] = [
    [0x81, 0x41, '갂'],
    [0x8c, 0x63, '똠'],
    [0x94, 0xee, '뷁'],
    [0xa0, 0xfe, '좤'],
    [0xc6, 0x52, '힣'],
    [0xb0, 0xa1, '가'],
    [0xc8, 0xfe, '힝'],
  ];
  for (const [lead, trail, syllable] of known)
    expect(assemble({ encoding: 'cp949' }, Buffer.of(0x61, lead, trail, 0x62, 10)).events).toEqual([`a${syllable}b`]);
});
