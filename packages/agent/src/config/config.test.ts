import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

const right = {
  server: 'https://logs.example.com/',
  key: 'k',
  stateDir: '/var/lib/x',
  sources: { paths: '/var/log/*.log' },
};

test('defaults are filled in', () => {
  expect(readConfig(right)).toMatchObject({
    server: 'https://logs.example.com',
    inFlight: 4,
    sources: [{ id: '/var/log/*.log', paths: ['/var/log/*.log'], encoding: 'auto', startAt: 'beginning' }],
  });
});

test.each([
  [{ server: 'ftp://x' }, 'server: expected an address'],
  [{ key: undefined }, 'expected either key or keyFile'],
  [{ colour: 'red' }, 'colour: is not an option'],
  [{ sources: [{ paths: 'a', encoding: 'martian' }] }, 'sources[0].encoding: expected one of auto'],
  [{ sources: [{ paths: 'a', multiline: { start: '(' } }] }, 'sources[0].multiline.start: is no regular expression'],
  [{ sources: [{ paths: 'a', drop: [{ field: 'x' }] }] }, 'sources[0].drop[0]: expected one of equals'],
  [{ sources: [{ paths: 'a' }, { paths: 'a' }] }, 'two sources are called a'],
  [{ sources: [{}] }, 'expected either paths or stdin'],
  [{ batchBytes: 3 }, 'batchBytes: expected a whole number'],
])('what is wrong is said with its place: %j', (wrong, message) => {
  expect(() => readConfig({ ...right, ...wrong })).toThrow(message);
});
