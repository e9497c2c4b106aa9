import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ERRORS } from './catalogue.ts';

const pages = path.resolve(import.meta.dirname, '../../../../docs/errors');

test('each error has a page and each page has an error', () => {
  const documented = readdirSync(pages)
    .filter((file) => file.endsWith('.md'))
    .map((file) => file.slice(0, -'.md'.length));
  expect(documented.sort()).toEqual(Object.keys(ERRORS).sort());
});

test.each(Object.entries(ERRORS))('the page of %s says its status and title', (code, { status, title }) => {
  const page = readFileSync(path.join(pages, `${code}.md`), 'utf8');
  expect(page.split('\n').slice(0, 3)).toEqual([`# ${code}`, '', `HTTP ${status} · ${title}`]);
});
