import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from '../load/rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

const attributesOf = async (line: string | Buffer): Promise<Readonly<Record<string, string>>> =>
  (await rig.loadLine(line)).attributes;

describe('attributes', () => {
  it('are flat dotted names; numbers, booleans, null and arrays are text', async () => {
    const line =
      '{"message":"m","a":{"b":{"c":1,"d":"x"},"e":[]},"n":-5,"f":1.5,"t":true,"z":null,"empty":"","list":[1,"two",{"three":3}],"o":{},"text":"{\\"not\\":\\"an object\\"}","deep":{"null":null}}';
    expect(await attributesOf(line)).toEqual({
      'a.b.c': '1',
      'a.b.d': 'x',
      'a.e': '[]',
      n: '-5',
      f: '1.5',
      t: 'true',
      z: 'null',
      empty: '',
      list: '[1,"two",{"three":3}]',
      o: '{}',
      text: '{"not":"an object"}',
      'deep.null': 'null',
    });
  });

  it.each([
    '12345678901234567890123',
    '-12345678901234567890123',
    '18446744073709551615',
    '9223372036854775807',
    '-9223372036854775808',
    '0.10000000000000000000000000001',
    '1234567890.12345678901',
    '12345.1234567890123456',
    '3.141592653589793238462643383279',
    '1e400',
    '123456789012345678',
  ])('keep every digit of %s', async (number) => {
    const line = `{"message":"in a text: ${number}, [${number}]","v":${number},"in":{"v":${number}},"s":"\\"${number}"}`;
    expect(await rig.loadLine(line)).toMatchObject({
      message: `in a text: ${number}, [${number}]`,
      attributes: { v: number, 'in.v': number, s: `"${number}` },
    });
    expect(await attributesOf(`{"v":${number}}`)).toEqual({ v: number });
  });

  it('read escapes, surrogate pairs, NUL and control characters', async () => {
    const event = await rig.loadLine(
      String.raw`{"message":"a\u0000b\n\t\"\\\/ \ud83d\ude00 \uac00","k\u00e9y":"\u0001"}`,
    );
    expect(event).toMatchObject({ message: 'a\0b\n\t"\\/ 😀 가', attributes: { kéy: '\u0001' } });
  });

  it('keep a name that is there twice', async () => {
    expect(await rig.loadLine('{"message":"one","message":"two","a":1,"a":2}')).toMatchObject({ message: 'one' });
  });

  it('survive documents of 10,000 names and mark what was left out', async () => {
    const event = await rig.loadDocument(
      Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`field_${i}`, i])),
    );
    expect(Object.keys(event.attributes)).toHaveLength(1_001);
    expect(event.attributes).toMatchObject({ field_0: '0', field_999: '999', 'moalog.truncated': 'fields' });
  });

  it('open nested objects and leave what is deeper as JSON text', async () => {
    const nested = (depth: number): string => (depth === 0 ? '"bottom"' : `{"k":${nested(depth - 1)}}`);
    expect(await attributesOf(nested(6))).toEqual({ 'k.k.k.k.k.k': 'bottom' });
    expect(await attributesOf(nested(32))).toEqual({ [Array(32).fill('k').join('.')]: 'bottom' });
    for (const depth of [40, 500]) {
      const values = Object.values(await attributesOf(nested(depth)));
      expect(values.join()).toContain('bottom');
    }
    expect(await rig.loadLine(nested(3_000))).toMatchObject({ project: 'default' });
  });
});

describe('lines that are no document', () => {
  const texts: readonly (readonly [line: string, expected: Record<string, unknown>])[] = [
    ['just words', { level: '', timestamp: '2026-11-20 12:00:00.500000000' }],
    ['[1,2,3]', {}],
    ['"a string"', {}],
    ['42', {}],
    ['{}', {}],
    ['null', {}],
    [
      '2015-10-18 18:01:47,978 INFO [main] org.apache.hadoop.Foo: text',
      { timestamp: '2015-10-18 18:01:47.978000000', level: 'info' },
    ],
    [
      '2015-07-29 19:04:29,071 - WARN  [SendWorker:1] - leaving',
      { timestamp: '2015-07-29 19:04:29.071000000', level: 'warn' },
    ],
    [
      '2016-09-28 04:30:30, Info                  CBS    Loaded',
      { timestamp: '2016-09-28 04:30:30.000000000', level: 'info' },
    ],
    ['17/06/09 20:10:40 INFO executor.Backend: text', { timestamp: '2017-06-09 20:10:40.000000000', level: 'info' }],
    ['081109 203615 148 INFO dfs.DataNode: text', { timestamp: '2008-11-09 20:36:15.000000000', level: 'info' }],
    ['[Sun Dec 04 04:47:44 2005] [error] mod_jk', { timestamp: '2005-12-04 04:47:44.000000000', level: 'error' }],
    ['Jun 14 15:16:01 combo sshd(pam_unix)[19939]: failure', { timestamp: '2026-06-14 15:16:01.000000000' }],
    [
      '127.0.0.1 - frank [10/Oct/2025:13:55:36 -0700] "GET /a HTTP/1.0" 200 2326',
      { timestamp: '2025-10-10 20:55:36.000000000', level: '' },
    ],
    [
      '10.0.0.1 - - [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 500 0 "-" "curl/8"',
      { timestamp: '2025-10-10 13:55:36.000000000' },
    ],
    [
      '2025/10/10 13:55:36 [error] 31#31: *1 open() failed',
      { timestamp: '2025-10-10 13:55:36.000000000', level: 'error' },
    ],
    ['2025-10-10T13:55:36.123456Z ERROR it broke', { timestamp: '2025-10-10 13:55:36.123456000', level: 'error' }],
    ['the user saw an error on 2025-10-10', { timestamp: '2026-11-20 12:00:00.500000000', level: '' }],
  ];

  it.each(texts)('keep the whole line: %s', async (line, expected) => {
    const event = await rig.loadLine(line);
    expect(event).toMatchObject({ message: line, ...expected });
    expect(event.attributes).toEqual({});
  });

  it.each(['{"a":1', '{"a":1}}', "{'a':1}", '{a:1}', '{"a":}', '{"a":1} {"b":2}', '{', '{"a":"\u0001"'])(
    'keep broken JSON as text with moalog.parse_error: %s',
    async (line) => {
      const event = await rig.loadLine(line);
      expect(event.message).toBe(line);
      expect(Object.keys(event.attributes)).toEqual(['moalog.parse_error']);
    },
  );

  it('cut a line over 1 MiB and say so', async () => {
    const event = await rig.loadLine(`x${'가'.repeat(4_000_000)}`);
    expect(Buffer.byteLength(event.message)).toBeLessThanOrEqual(1_048_576 + 3);
    expect(event.attributes).toMatchObject({ 'moalog.truncated': 'line' });
  });

  it('lose a trailing carriage return, in text and in documents', async () => {
    const events = await rig.loadLines(['plain\r', '{"message":"json"}\r', 'two\r\r']);
    expect(events.map((event) => event.message)).toEqual(['plain', 'json', 'two\r']);
  });

  it('become valid UTF-8 where they are not, in text and in documents', async () => {
    const events = await rig.loadLines([
      Buffer.from([0x61, 0xff, 0x62]),
      Buffer.from('{"message":"a\xffb","k":"\xe9"}', 'latin1'),
      Buffer.from([0x61, 0, 0x62]),
    ]);
    expect(events.map((event) => event.message)).toEqual(['a\ufffdb', 'a\ufffdb', 'a\0b']);
    expect(events[1]?.attributes).toEqual({ k: '\ufffd' });
  });

  it('may look like a frame header', async () => {
    const header = '\x01 deadbeef {"v":1,"bytes":1,"rows":1,"project":"stolen"}';
    expect(await rig.loadLine(header)).toMatchObject({ project: 'default', message: header });
  });
});

describe('a document', () => {
  it('may stand behind spaces or a byte order mark', async () => {
    const events = await rig.loadLines(['  {"message":"spaces"}', '\t{"message":"tab"}', '\ufeff{"message":"mark"}']);
    expect(events.map((event) => event.message)).toEqual(['spaces', 'tab', 'mark']);
  });
});
