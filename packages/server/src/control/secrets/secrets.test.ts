import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Secrets } from './secrets.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'moalog-secrets-'));
afterAll(() => rmSync(dir, { recursive: true }));

test('a secret opens with its key and for its purpose alone', () => {
  const secrets = new Secrets(['a long key of the installation']);
  const locked = secrets.lock('비밀 hunter2', 'channel:1');
  expect(locked).not.toContain('hunter2');
  expect(secrets.lock('비밀 hunter2', 'channel:1')).not.toBe(locked);
  expect(secrets.open(locked, 'channel:1')).toBe('비밀 hunter2');
  expect(() => secrets.open(locked, 'channel:2')).toThrow();
  expect(() => secrets.open(`${locked.slice(0, -2)}AA`, 'channel:1')).toThrow();
  expect(() => new Secrets(['another key']).open(locked, 'channel:1')).toThrow(/another key/);
});

test('a new key locks while the old one still opens', () => {
  const old = new Secrets(['old key']).lock('x', 'p');
  const both = new Secrets(['new key', 'old key']);
  expect(both.open(old, 'p')).toBe('x');
  expect(new Secrets(['new key']).open(both.lock('y', 'p'), 'p')).toBe('y');
});

test('without a given key the data directory keeps one, for its owner alone', () => {
  const locked = Secrets.open(dir, undefined).lock('x', 'p');
  expect(Secrets.open(dir, undefined).open(locked, 'p')).toBe('x');
  expect(statSync(path.join(dir, 'secret-key')).mode & 0o077).toBe(0);
  expect(() => Secrets.open(dir, 'given').open(locked, 'p')).toThrow();
});
