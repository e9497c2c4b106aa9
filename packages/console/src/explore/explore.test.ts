import { describe, expect, test } from 'vitest';
import { hitsOf, marked, withoutAnsi } from './marks.ts';
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
      live: true,
      utc: true,
    };
    expect(readState(writeState(state))).toEqual(state);
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

test('terminal colours are not shown', () => {
  const escapeCharacter = String.fromCharCode(27);
  expect(withoutAnsi(`${escapeCharacter}[31mred${escapeCharacter}[0m`)).toBe('red');
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
