import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyslogFraming } from './framing.ts';

/** Messages of a stream that comes in these chunks. */
function framed(chunks: readonly (Buffer | string)[], maxBytes = 1_000): string[] {
  const framing = new SyslogFraming(maxBytes);
  const messages: string[] = [];
  const take = (message: Buffer, isCut: boolean) => messages.push(`${message.toString('latin1')}${isCut ? '…' : ''}`);
  for (const chunk of chunks) framing.push(Buffer.from(chunk), take);
  framing.end(take);
  return messages;
}

const counted = (message: string): string => `${Buffer.byteLength(message, 'latin1')} ${message}`;

describe('messages in a stream', () => {
  it.each<[string, string, string[]]>([
    ['ended by newlines', '<13>a\n<13>b\n', ['<13>a', '<13>b']],
    ['ended by NUL', '<13>a\0<13>b\0', ['<13>a', '<13>b']],
    ['counted', '5 <13>a6 <13>bc', ['<13>a', '<13>bc']],
    ['counted, with newlines inside', '9 <13>a\nb\nc5 <13>d', ['<13>a\nb\nc', '<13>d']],
    ['counted with a newline behind each', '5 <13>a\n5 <13>b\n', ['<13>a', '<13>b']],
    ['in both forms', '5 <13>a<13>b\n5 <13>c', ['<13>a', '<13>b', '<13>c']],
    ['whose last has no newline', '<13>a\n<13>b', ['<13>a', '<13>b']],
    ['with empty lines', '\n\n<13>a\n\n', ['<13>a']],
    [
      'that begin with a number without being counted',
      '200 OK\n2026-11-21 a\n42\n7',
      ['200 OK', '2026-11-21 a', '42', '7'],
    ],
    ['counted and torn at the end', '50 <13>half', ['<13>half']],
  ])('are found: %s', (_name, stream, messages) => {
    expect(framed([stream])).toEqual(messages);
    expect(framed([...stream])).toEqual(messages);
  });

  it('over the limit are given cut, and what follows them is read on', () => {
    const long = `<13>${'x'.repeat(50)}`;
    for (const stream of [
      `${long}\n<13>next\n`,
      `${counted(long)}<13>next\n`,
      `${counted(long)}${counted('<13>next')}`,
    ]) {
      const expected = [`${long.slice(0, 20)}…`, '<13>next'];
      expect(framed([stream], 20)).toEqual(expected);
      expect(framed([...stream], 20)).toEqual(expected);
    }
  });

  it('are the same however the stream is cut into chunks', () => {
    const text = fc.stringMatching(/^[ -~]{0,30}$/).map((body) => `<13>${body}`);
    const message = fc.oneof(
      text.map(counted),
      text.map((line) => `${line}\n`),
    );
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(20)), (messages, sizes) => {
        const stream = messages.join('');
        const chunks: string[] = [];
        let at = 0;
        for (const size of sizes) {
          chunks.push(stream.slice(at, at + size));
          at += size;
        }
        chunks.push(stream.slice(at));
        const whole = messages.map((one) => one.replace(/^\d+ (?=<)/, '').replace(/\n$/, ''));
        expect(framed(chunks)).toEqual(whole);
      }),
    );
  });

  it('never grow beyond the limit, and never throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (chunks) => {
        for (const message of framed(
          chunks.map((chunk) => Buffer.from(chunk)),
          100,
        )) {
          expect(message.length).toBeLessThanOrEqual(101);
        }
      }),
    );
  });
});
