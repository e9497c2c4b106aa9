import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import en from './en.json' with { type: 'json' };
import ko from './ko.json' with { type: 'json' };

const sources = globSync('**/*.{ts,tsx}', { cwd: path.resolve(import.meta.dirname, '..') })
  .filter((file) => !file.includes('.test.'))
  .map((file) => readFileSync(path.resolve(import.meta.dirname, '..', file), 'utf8'))
  .join('\n');

test('both languages have the same texts', () => {
  expect(Object.keys(ko).sort()).toEqual(Object.keys(en).sort());
});

test('placeholders are the same in both languages', () => {
  const placeholders = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  for (const [key, text] of Object.entries(en))
    expect(placeholders(ko[key as keyof typeof ko]), key).toEqual(placeholders(text));
});

test('every text that the console asks for exists', () => {
  const asked = [...sources.matchAll(/\bt\('([^']+)'/g)].map((match) => match[1] ?? '');
  expect(asked.length).toBeGreaterThan(40);
  const missing = asked.filter((key) => !(key in en) && !(`${key}_one` in en));
  expect(missing).toEqual([]);
});

test('no text is left over', () => {
  const built =
    /^(range\.now|diagnostic\.|app\.theme\.|export\.(csv|ndjson|parquet)|first\.|group\.|standout\.(all|before)|partial\.|advice\.|table\.(time|level|service))/;
  const unused = Object.keys(en).filter(
    (key) => !built.test(key) && !sources.includes(`'${key.replace(/_(one|other)$/, '')}'`),
  );
  expect(unused).toEqual([]);
});
