import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { describeReceiver } from '../contract.suite.ts';
import { gelfEventLine } from '../gelf/message.ts';
import { INGEST_KEY, ReceiversUnderTest } from '../receivers-under-test.ts';

const message = (short: string): string => JSON.stringify({ version: '1.1', host: 'web-1', short_message: short });

describeReceiver({
  name: 'gelf-http',
  path: '/gelf',
  contentType: 'application/json',
  body: (lines) => lines.map((line) => `${message(line)}\n`).join(''),
  eventLine: (line) => gelfEventLine(message(line)),
  isLines: false,
  acceptedStatus: 202,
  diskFullStatus: 507,
  errorShape: /^[^{]+\n$/,
});

const read = (given: unknown): unknown => JSON.parse(gelfEventLine(JSON.stringify(given)));

it('has the fields of a GELF message under their own names', () => {
  const given = {
    version: '1.1',
    host: 'web-1',
    short_message: 'card refused',
    full_message: 'Error: card refused\n  at pay',
    timestamp: 1763712000.123,
    level: 3,
    facility: 'checkout',
    _user_id: 42,
    _level: 'x',
  };
  expect(read(given)).toEqual({
    timestamp: 1763712000.123,
    host: 'web-1',
    level: 'error',
    message: 'card refused',
    full_message: 'Error: card refused\n  at pay',
    facility: 'checkout',
    user_id: 42,
    level_extracted: 'x',
  });
  expect(read({ full_message: 'only this', level: 'warn' })).toEqual({ message: 'only this', level: 'warn' });
  expect(gelfEventLine('text')).toBe('text');
});

it('gives one line for whatever comes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (level, short, extra) => {
      expect(read({ level, short_message: short, _extra: extra, host: extra, timestamp: level })).toBeTypeOf('object');
    }),
  );
});

let under: ReceiversUnderTest;
afterEach(() => under?.stop());

it('takes the key from the address of libraries that set no headers', async () => {
  under = await ReceiversUnderTest.start();
  const response = await fetch(`${under.url}/gelf?key=${INGEST_KEY}`, { method: 'POST', body: message('x') });
  expect([response.status, await response.text()]).toEqual([202, '']);
  expect(await under.lines()).toEqual(['{"host":"web-1","message":"x"}']);
});
