import { parseSearch } from '@moalog/search-language';
import { describe, expect, test } from 'vitest';
import { painted, withoutAnsi } from './ansi.ts';
import { diffOf } from './event-diff.ts';
import { messagesOf } from './event-stream.ts';
import { hitsOf, marked } from './marks.ts';
import { fieldsNamed, standouts } from './standouts.ts';
import { formatTime, moved, toMs } from './time.ts';
import { INITIAL, readState, writeState } from './url-state.ts';

describe('the address', () => {
  test('keeps the whole state', () => {
    const state = {
      ...INITIAL,
      query: 'level:error "a b"',
      from: 'now-7d',
      projects: ['a', 'b'],
      columns: ['http.status'],
      event: '12',
      wrap: true,
      compact: true,
      compare: true,
      live: true,
      utc: true,
    };
    expect(readState(writeState(state))).toEqual(state);
  });
  test('tells no columns from the usual ones', () => {
    expect(readState(writeState({ ...INITIAL, columns: [] })).columns).toEqual([]);
    expect(readState('').columns).toEqual(['service']);
  });
  test('is empty for the first screen', () => {
    expect(writeState(INITIAL)).toBe('');
    expect(readState('')).toEqual(INITIAL);
  });
});

describe('hits', () => {
  test('of words, phrases and patterns are marked, those of negations and other fields are not', () => {
    const hits = hitsOf('Timeout "in order" pay* -secret level:error');
    expect(
      marked('TIMEOUT in order payment secret error', hits)
        .filter((piece) => piece.hit)
        .map((piece) => piece.text),
    ).toEqual(['TIMEOUT', 'in order', 'pay']);
  });
  test('keep the text whole', () => {
    const text = 'a (b) [c] a';
    expect(
      marked(text, hitsOf('a "(b)"'))
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });
  test('without a search there are none', () => expect(hitsOf('level:error')).toBeNull());
});

describe('terminal colours', () => {
  const escapeCharacter = String.fromCharCode(27);
  test('become classes, other sequences go', () => {
    expect(
      painted(
        `${escapeCharacter}[1;31mred${escapeCharacter}[0m plain${escapeCharacter}[2K ${escapeCharacter}[38;5;2mgreen${escapeCharacter}[39m`,
      ),
    ).toEqual([
      { text: 'red', paint: 'ansi-bold ansi-1' },
      { text: ' plain', paint: '' },
      { text: ' ', paint: '' },
      { text: 'green', paint: 'ansi-2' },
    ]);
  });
  test('are not shown where there is no place for them', () =>
    expect(withoutAnsi(`${escapeCharacter}[31mred${escapeCharacter}[0m`)).toBe('red'));
});

test('events compared show what differs first, and what one lacks', () => {
  const diffs = diffOf([
    { event_id: '1', service: 'a', host: 'h', attributes: { 'http.status': '200' } },
    { event_id: '2', service: 'b', host: 'h', attributes: {} },
  ]);
  expect(diffs).toEqual([
    { field: 'service', values: ['a', 'b'], differs: true },
    { field: 'http.status', values: ['200', undefined], differs: true },
    { field: 'host', values: ['h', 'h'], differs: false },
  ]);
});

test('values stand out by the difference of their shares, whichever side has more of them', () => {
  const answer = (total: number, values: Record<string, number>) => ({
    facets: [
      {
        field: 'host',
        count: total,
        distinct: 3,
        values: Object.entries(values).map(([value, count]) => ({ value, count })),
      },
    ],
    total,
    sampled: false,
    scanned: { rows: 0, bytes: 0 },
    elapsedMs: 1,
  });
  expect(standouts(answer(10, { a: 9, b: 1 }), answer(1_000, { a: 300, b: 105, c: 595 }))).toEqual([
    { field: 'host', value: 'a', share: 0.9, otherShare: 0.3 },
    { field: 'host', value: 'c', share: 0, otherShare: 0.595 },
  ]);
});

test('the fields that a search names are known, in groups and negations too', () => {
  const { tree } = parseSearch('timeout level:error (service:a OR NOT http.status:>=500)');
  expect([...fieldsNamed(tree)].sort()).toEqual(['http.status', 'level', 'service']);
});

test('a stream is read message by message, however it is cut into chunks', async () => {
  const text = 'retry: 1000\nid: 7\n\n: still here\n\nevent: events\nid: 9\ndata: {"a":"가"}\n\n';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 3, 1_000]) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const messages = [];
    for await (const message of messagesOf(stream)) messages.push(message);
    expect(messages).toEqual([
      { id: '7', event: 'message', data: '' },
      { id: null, event: 'message', data: '' },
      { id: '9', event: 'events', data: '{"a":"가"}' },
    ]);
  }
});

describe('time', () => {
  const now = Date.parse('2026-11-20T12:00:00Z');
  test('relative points count from now', () => expect(toMs('now-15m', now)).toBe(now - 900_000));
  test('a step moves by the width of the range', () => {
    expect(moved('now-1h', 'now', -1, now)).toEqual({
      from: '2026-11-20T10:00:00.000Z',
      to: '2026-11-20T11:00:00.000Z',
    });
  });
  test('is shown in UTC on demand', () =>
    expect(formatTime('2026-11-20T01:02:03.004005006Z', true)).toBe('2026-11-20 01:02:03.004'));
});
