import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const sources = globSync('**/*.{ts,tsx}', { cwd: path.resolve(import.meta.dirname, '..') })
  .filter((file) => !file.includes('.test.'))
  .map((file) => readFileSync(path.resolve(import.meta.dirname, '..', file), 'utf8'))
  .join('\n');

/** Texts of the first load and of every screen, by file. */
const read = (language: string): Readonly<Record<string, string>>[] =>
  globSync(`{,*.}${language}.json`, { cwd: import.meta.dirname })
    .sort()
    .map((file) => JSON.parse(readFileSync(path.resolve(import.meta.dirname, file), 'utf8')));
const en: Readonly<Record<string, string>> = Object.assign({}, ...read('en'));
const ko: Readonly<Record<string, string>> = Object.assign({}, ...read('ko'));

test('no text is in two files', () => {
  expect(read('en').flatMap((texts) => Object.keys(texts))).toHaveLength(Object.keys(en).length);
});

test('both languages have the same texts', () => {
  expect(read('ko').map((texts) => Object.keys(texts))).toEqual(read('en').map((texts) => Object.keys(texts)));
});

test('placeholders are the same in both languages', () => {
  const placeholders = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
  for (const [key, text] of Object.entries(en)) expect(placeholders(ko[key] ?? ''), key).toEqual(placeholders(text));
});

test('every text that the console asks for exists', () => {
  const asked = [...sources.matchAll(/\bt\('([^']+)'/g)].map((match) => match[1] ?? '');
  expect(asked.length).toBeGreaterThan(40);
  const missing = asked.filter((key) => !(key in en) && !(`${key}_one` in en));
  expect(missing).toEqual([]);
});

test('no text is left over', () => {
  const built =
    /^(role\.|invite\.mail\.|audit\.(before|after|user_agent)|range\.now|diagnostic\.|expected\.|app\.theme\.|export\.(csv|ndjson|parquet)|first\.|group\.|settings\.group\.|standout\.(all|before)|partial\.|advice\.|table\.(time|level|service)|apiKeys\.(scope|overlap|state)\.|projects\.(eventsPerSecond|retentionDays)|sources\.state\.)/;
  const unused = Object.keys(en).filter(
    (key) => !built.test(key) && !sources.includes(`'${key.replace(/_(one|other)$/, '')}'`),
  );
  expect(unused).toEqual([]);
});
