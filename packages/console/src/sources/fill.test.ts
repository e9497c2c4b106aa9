import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fillSnippet } from './fill.ts';

const place = { origin: 'https://logs.example.com', key: 'mlk_abc' };

test('address and key are filled in as each program writes them', () => {
  expect(fillSnippet('curl http://127.0.0.1:3080/x -H "Authorization: Bearer $MOALOG_KEY"', place)).toBe(
    'curl https://logs.example.com/x -H "Authorization: Bearer mlk_abc"',
  );
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what stands in a snippet
  expect(fillSnippet('`Bearer ${process.env.MOALOG_KEY}`, process.env.MOALOG_KEY', place)).toBe(
    "`Bearer mlk_abc`, 'mlk_abc'",
  );
  expect(fillSnippet('    Host 127.0.0.1\n    Port   3080\n', place)).toBe(
    '    Host logs.example.com\n    Port   443\n',
  );
});

test('without a key the variable stays', () => {
  expect(fillSnippet('Bearer $MOALOG_KEY', { ...place, key: null })).toBe('Bearer $MOALOG_KEY');
});

test('no snippet of the pages keeps a placeholder', () => {
  const folder = path.resolve(import.meta.dirname, '../../../../docs/senders');
  for (const file of readdirSync(folder)) {
    for (const [, code = ''] of readFileSync(path.join(folder, file), 'utf8').matchAll(/^```\w*\n(.*?)^```/gms)) {
      const filled = fillSnippet(code, place);
      expect(filled, file).not.toMatch(/127\.0\.0\.1|:3080/);
      expect(filled.replaceAll(/^(?:export )?MOALOG_KEY=.*$/gm, ''), file).not.toMatch(/MOALOG_KEY|mlk_…/);
    }
  }
});
