import { expect, test } from 'vitest';
import { eventLine } from './event-line.ts';
import { readEventStream } from './event-stream.ts';

test('messages are whole however the stream is cut, also within a letter', async () => {
  const bytes = Buffer.from(
    'retry: 1000\nid: 4\n\n: still here\n\nevent: events\nid: 9\ndata: {"a":"결제"}\n\nevent: cut',
  );
  async function* each(): AsyncGenerator<Uint8Array> {
    for (const byte of bytes) yield Uint8Array.of(byte);
  }
  const messages = [];
  for await (const message of readEventStream(each())) messages.push(message);
  expect(messages).toEqual([
    { event: 'message', id: '4', data: '' },
    { event: 'events', id: '9', data: '{"a":"결제"}' },
  ]);
});

test('an event cannot steer the terminal', () => {
  const line = eventLine(
    { timestamp: '2026-11-20T10:00:00.123456789Z', level: 'error', service: 'web', message: 'a\x1b[2Jb\nc' },
    false,
  );
  expect(line).toBe('2026-11-20T10:00:00.123Z error web a\\x1b[2Jb⏎c');
});
