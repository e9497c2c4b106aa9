import path from 'node:path';
import { productSources } from './sources.ts';

const FLOW = 'packages/server/src/flow';

/** Parts of the tree, and which other parts each may import. What is not listed is not allowed. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  [`${FLOW}/receive`]: ['#transport', '#access', '#errors', '#metrics', '#config', '#intake', '#tls'],
  [`${FLOW}/transport`]: ['#errors', '#metrics', '#config'],
  [`${FLOW}/pipeline`]: ['#conditions', '#errors'],
  [`${FLOW}/load`]: ['#transport', '#pipeline', '#conditions', '#store', '#errors', '#metrics'],
  [`${FLOW}/store`]: ['#errors', '#metrics'],
  [`${FLOW}/query`]: ['#store', '#transport', '#access', '#errors', '#metrics', '#config'],
  [`${FLOW}/sql`]: ['#store', '#access', '#errors', '#metrics', '#config'],
  'packages/server/src/control': [
    '#catalog',
    '#accounts',
    '#people',
    '#audit',
    '#mail',
    '#secrets',
    '#sso',
    '#access',
    '#errors',
  ],
  'packages/server/src/http': ['#errors', '#metrics', '#config', '#tls'],
  'packages/server/src/config': [],
  'packages/server/src/errors': [],
  'packages/server/src/tls': [],
  'packages/server/src/metrics': [],
};

/** Packages of ours that a package may import. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  'search-language': [],
  engine: [],
  agent: [],
  server: ['@moalog/agent', '@moalog/contract', '@moalog/search-language', '@moalog/engine'],
  console: ['@moalog/contract', '@moalog/search-language'],
  cli: ['@moalog/agent', '@moalog/contract', '@moalog/server', '@moalog/testkit'],
  testkit: ['@moalog/contract', '@moalog/server'],
};

/** Imports that cross a border which is not in the lists above. */
export function checkArrows(): string[] {
  const complaints: string[] = [];
  for (const { path: file, text } of productSources()) {
    const part = Object.keys(ARROWS).find((prefix) => file.startsWith(`${prefix}/`));
    const owner = /^packages\/([^/]+)\//.exec(file)?.[1];
    for (const match of text.matchAll(/\bfrom '([^']+)'/g)) {
      const target = match[1] ?? '';
      if (target.startsWith('#') && part !== undefined && !(ARROWS[part] ?? []).includes(target)) {
        complaints.push(`${file}: ${part} must not import ${target} (tools/arrows.ts)`);
      }
      if (
        target.startsWith('@moalog/') &&
        owner !== undefined &&
        !(PACKAGES[owner] ?? []).some((name) => target === name || target.startsWith(`${name}/`))
      ) {
        complaints.push(`${file}: packages/${owner} must not import ${target} (tools/arrows.ts)`);
      }
      if (
        target.startsWith('.') &&
        part !== undefined &&
        !path.posix.join(path.posix.dirname(file), target).startsWith(`${part}/`) &&
        !file.endsWith('/rig.ts')
      ) {
        complaints.push(`${file}: ${target} leaves ${part}; across parts use the # imports`);
      }
    }
  }
  return complaints;
}
