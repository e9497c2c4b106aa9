import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadedEvent, Rig } from '../load/rig.ts';
import { ACCEPTED_NAMES, NAMED_COLUMNS } from './event-model/names.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.open();
});
afterAll(() => rig?.close());

const VALUES: Readonly<Record<string, readonly [given: string, column: string]>> = {
  timestamp: ['2026-01-02T03:04:05.678Z', '2026-01-02 03:04:05.678000000'],
  level: ['WARNING', 'warn'],
  message: ['hello there', 'hello there'],
  service: ['pay', 'pay'],
  environment: ['prod', 'prod'],
  host: ['web-1', 'web-1'],
  trace_id: ['4BF92F3577B34DA6A3CE929D0E0E4736', '4bf92f3577b34da6a3ce929d0e0e4736'],
  span_id: ['00F067AA0BA902B7', '00f067aa0ba902b7'],
};

describe('accepted names', () => {
  const cases = NAMED_COLUMNS.flatMap((column) =>
    ACCEPTED_NAMES[column].flatMap((name) => [name, name.toUpperCase()].map((written) => ({ column, written }))),
  );
  let events: LoadedEvent[] = [];
  let nested: LoadedEvent[] = [];
  const given = (column: string): string => VALUES[column]?.[0] ?? '';
  beforeAll(async () => {
    events = await rig.loadLines(
      cases.map(({ column, written }) => JSON.stringify({ other: 'kept', [written]: given(column) })),
    );
    nested = await rig.loadLines(
      cases.map(({ column, written }) =>
        JSON.stringify(written.split('.').reduceRight<unknown>((inner, part) => ({ [part]: inner }), given(column))),
      ),
    );
  });

  it.each(cases.map((entry, index) => ({ ...entry, index })))(
    'reads $column from $written and does not repeat it',
    ({ column, index }) => {
      expect(events[index]).toMatchObject({ [column]: VALUES[column]?.[1], attributes: { other: 'kept' } });
      expect(Object.keys(events[index]?.attributes ?? {})).toEqual(['other']);
    },
  );

  it('reads dotted names from nested objects too', () => {
    for (const [index, { column, written }] of cases.entries()) {
      expect([nested[index]?.[column], nested[index]?.attributes], written).toEqual([VALUES[column]?.[1], {}]);
    }
  });

  it.each(NAMED_COLUMNS)(
    'lets the first accepted name of %s win, whatever the order in the document, and keeps the others',
    async (column) => {
      const names = ACCEPTED_NAMES[column].slice(0, 3);
      const [first = ''] = names;
      const document = Object.fromEntries(
        names.toReversed().map((name) => [name, name === first ? given(column) : 'lost']),
      );
      const event = await rig.loadDocument(document);
      expect(event).toMatchObject({ [column]: VALUES[column]?.[1] });
      expect(event.attributes).toEqual(Object.fromEntries(names.slice(1).map((name) => [name, 'lost'])));
    },
  );
});

describe('times', () => {
  const RECEIVED = '2026-11-20 12:00:00.500000000';
  const readable: readonly (readonly [given: unknown, expected: string])[] = [
    ['2025-12-10T10:23:10Z', '2025-12-10 10:23:10.000000000'],
    ['2025-12-10T10:23:10.123456789Z', '2025-12-10 10:23:10.123456789'],
    ['2025-12-10T10:23:10.5+09:00', '2025-12-10 01:23:10.500000000'],
    ['2025-12-10T10:23:10.123+0900', '2025-12-10 01:23:10.123000000'],
    ['2025-12-10T10:23:10', '2025-12-10 10:23:10.000000000'],
    ['2025-12-10t10:23:10z', '2025-12-10 10:23:10.000000000'],
    ['2025-12-10 10:23:10', '2025-12-10 10:23:10.000000000'],
    ['2025-12-10 10:23:10.25', '2025-12-10 10:23:10.250000000'],
    ['2025-12-10 10:23:10,250', '2025-12-10 10:23:10.250000000'],
    ['2025/12/10 10:23:10', '2025-12-10 10:23:10.000000000'],
    ['10/Dec/2025:10:23:10 +0900', '2025-12-10 01:23:10.000000000'],
    ['Wed, 10 Dec 2025 10:23:10 GMT', '2025-12-10 10:23:10.000000000'],
    ['Sun Dec 04 04:47:44 2005', '2005-12-04 04:47:44.000000000'],
    ['Nov 20 10:23:10', '2026-11-20 10:23:10.000000000'],
    ['20251210102310', '2025-12-10 10:23:10.000000000'],
    [1765362190, '2025-12-10 10:23:10.000000000'],
    ['1765362190', '2025-12-10 10:23:10.000000000'],
    [1765362190.25, '2025-12-10 10:23:10.250000000'],
    ['1765362190.123456', '2025-12-10 10:23:10.123456000'],
    [1765362190123, '2025-12-10 10:23:10.123000000'],
    ['1765362190123', '2025-12-10 10:23:10.123000000'],
    ['1765362190123.5', '2025-12-10 10:23:10.123500000'],
    [1765362190123456, '2025-12-10 10:23:10.123456000'],
    ['1765362190123456789', '2025-12-10 10:23:10.123456789'],
    ['1970-01-01T00:00:00Z', '1970-01-01 00:00:00.000000000'],
    [0, '1970-01-01 00:00:00.000000000'],
  ];
  const unreadable: readonly unknown[] = [
    'later',
    'yesterday at noon',
    '2262-04-11T23:47:16Z',
    '2262-04-12T00:00:00Z',
    '2300-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '99999-12-31T23:59:59Z',
    '1677-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '0000-00-00 00:00:00',
    '2026-11-21T12:00:01Z',
    '2610-01-02 10:00:00',
    '10/Dec/2610:10:23:10 +0900',
    'Sun Dec 04 04:47:44 2605',
    -1,
    '9223372036854775807',
    '9999999999999999999',
    '99999999999999999999999',
    '1e99',
    '-',
  ];
  let read: LoadedEvent[] = [];
  let refused: LoadedEvent[] = [];
  beforeAll(async () => {
    read = await rig.loadLines(readable.map(([time]) => JSON.stringify({ time })));
    refused = await rig.loadLines(unreadable.map((time) => JSON.stringify({ time })));
  });

  it.each(readable.map(([time, expected], index) => ({ time, expected, index })))(
    'reads $time',
    ({ expected, index }) => {
      expect([read[index]?.timestamp, read[index]?.attributes]).toEqual([expected, {}]);
    },
  );

  it.each(unreadable.map((time, index) => ({ time, index })))(
    'keeps $time in moalog.timestamp_error and takes the time of arrival',
    ({ time, index }) => {
      expect(refused[index]).toMatchObject({
        timestamp: RECEIVED,
        attributes: { 'moalog.timestamp_error': String(time) },
      });
    },
  );

  it('takes the time of arrival without a mark when there is no time', async () => {
    const event = await rig.loadDocument({ message: 'm' });
    expect([event.timestamp, event.attributes]).toEqual([RECEIVED, {}]);
  });

  it('accepts a time up to 24 hours ahead', async () => {
    expect(await rig.loadDocument({ time: '2026-11-21T11:59:59Z' })).toMatchObject({
      timestamp: '2026-11-21 11:59:59.000000000',
    });
  });

  it('reads times without a zone in the zone of the source, each frame in its own', async () => {
    const lines = [
      '{"time":"2025-12-10 10:23:10,5"}',
      '{"time":"2025-12-10T10:23:10Z"}',
      '2025-12-10 10:23:10 INFO text',
    ];
    const segment = await rig.segment([
      { header: { timezone: 'Asia/Seoul' }, lines },
      { header: { timezone: 'America/New_York' }, lines },
      { header: { timezone: 'Nowhere/Atall' }, lines },
      { lines },
    ]);
    await rig.load(segment);
    const times = (await rig.events(segment)).map((event) => event.timestamp.slice(11, 21));
    expect(times).toEqual([
      '01:23:10.5',
      '10:23:10.0',
      '01:23:10.0',
      '15:23:10.5',
      '10:23:10.0',
      '15:23:10.0',
      ...Array(2).fill(['10:23:10.5', '10:23:10.0', '10:23:10.0']).flat(),
    ]);
  });
});

describe('levels', () => {
  const words: Readonly<Record<string, readonly unknown[]>> = {
    trace: ['trace', 'TRACE', 'FINEST', 'silly', 10, '10'],
    debug: ['debug', 'Debug', 'FINE', 'verbose', 20],
    info: ['info', 'INFO', 'Information', 'notice', 30, ' info '],
    warn: ['warn', 'WARNING', 'Warning', 40],
    error: ['error', 'ERR', 'severe', 50],
    fatal: ['fatal', 'CRITICAL', 'crit', 'alert', 'emerg', 'panic', 60],
  };
  const cases = Object.entries(words).flatMap(([level, given]) => given.map((word) => [level, word] as const));

  it('reads every word in any case, and the numbers of pino', async () => {
    const events = await rig.loadLines(cases.map(([, word]) => JSON.stringify({ level: word })));
    expect(events.map((event) => event.level)).toEqual(cases.map(([level]) => level));
    expect(events.every((event) => Object.keys(event.attributes).length === 0)).toBe(true);
  });

  it('reads syslog and OpenTelemetry numbers only where the frame says so', async () => {
    const numbers = (count: number, from: number) =>
      Array.from({ length: count }, (_, i) => JSON.stringify({ severity: from + i }));
    const syslog = await rig.loadLines(numbers(8, 0), { numericLevels: 'syslog' });
    expect(syslog.map((event) => event.level)).toEqual([
      'fatal',
      'fatal',
      'fatal',
      'error',
      'warn',
      'info',
      'info',
      'debug',
    ]);
    const otel = await rig.loadLines(numbers(24, 1), { numericLevels: 'otel' });
    expect(otel.map((event) => event.level)).toEqual(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].flatMap((level) => Array(4).fill(level)),
    );
    expect(await rig.loadDocument({ level: 3 })).toMatchObject({ level: '', attributes: { 'moalog.level_text': '3' } });
  });

  it('keeps an unknown word in moalog.level_text', async () => {
    expect(await rig.loadDocument({ level: 'Purple' })).toMatchObject({
      level: '',
      attributes: { 'moalog.level_text': 'Purple' },
    });
  });
});

describe('sources', () => {
  it('prefer their own field names, in their order, in any case, over the accepted ones', async () => {
    const fields = { time: ['when', 'At'], message: ['what.happened'], level: ['grade'] };
    const event = await rig.loadDocument(
      { at: '2026-01-02T03:04:05Z', time: 'x', what: { happened: 'it' }, message: 'y', GRADE: 'err', level: 'info' },
      { fields },
    );
    expect(event).toMatchObject({
      timestamp: '2026-01-02 03:04:05.000000000',
      message: 'it',
      level: 'error',
      attributes: { time: 'x', message: 'y', level: 'info' },
    });
    expect(await rig.loadDocument({ when: '', message: 'still found' }, { fields })).toMatchObject({
      message: 'still found',
    });
  });

  it('give defaults to events that name nothing themselves, and attributes to all', async () => {
    const defaults = {
      service: 'shop',
      environment: 'prod',
      host: 'h0',
      attributes: { region: 'seoul', "it's": 'a \'quote\' \\ "and" \n more' },
    };
    const [own, none, text] = await rig.loadLines(['{"service":"own","region":"busan"}', '{}', 'plain'], {
      defaults,
      source: 'agent',
      project: 'other',
    });
    expect(own).toMatchObject({
      service: 'own',
      environment: 'prod',
      host: 'h0',
      source: 'agent',
      project: 'other',
      attributes: { region: 'busan' },
    });
    expect(none).toMatchObject({ service: 'shop', attributes: defaults.attributes });
    expect(text).toMatchObject({
      service: 'shop',
      message: 'plain',
      attributes: defaults.attributes,
      retention_days: 30,
      received_at: '2026-11-20 12:00:00.500',
    });
  });
});
