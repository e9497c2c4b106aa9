import { readFileSync } from 'node:fs';
import path from 'node:path';
import { explainConfig, loadConfig } from '@moalog/server/config';
import { expect, test } from 'vitest';
import { markdownTable } from './config.ts';

// The formatter aligns the columns of the page.
const plain = (text: string): string => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---');

test('docs/howto/configuration.md has the table of all options as they are', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/howto/configuration.md'), 'utf8');
  const table = markdownTable(explainConfig(loadConfig({ argv: [], env: {}, cwd: '/' })));
  expect(plain(page)).toContain(plain(table));
});
