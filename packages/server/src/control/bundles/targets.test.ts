import { AGENT_TARGETS, type AgentSetup, agentSetupSchema } from '@moalog/contract';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configurationFiles } from './bundle.ts';
import { TARGETS } from './targets/index.ts';

const setup = (more: object = {}): AgentSetup =>
  agentSetupSchema.parse({ project: 'shop', paths: ['/var/log/shop/*.log'], ...more });
const delivery = (more: object = {}) => ({ setup: setup(more), address: 'https://logs.example.com', key: 'mk_secret' });
const main = (more: object = {}): string => String(TARGETS[setup(more).agent].files(delivery(more))[0]?.content);

/** Answers that use everything, with characters that mean something in some format. */
const FULL = {
  service: 'pay "ment" \\ 결제 $x',
  environment: "prod's",
  labels: { team: 'a: b # c' },
  encoding: 'cp949',
  timezone: 'Asia/Seoul',
  multiline: { start: '^\\d{4}-' },
  dropContaining: ['GET /healthz', "it's"],
  startAt: 'end',
};

test.each(AGENT_TARGETS)('%s: address, key, paths and fields are in the configuration', (agent) => {
  const content = main({ agent, ...FULL });
  for (const text of ['logs.example.com', '/var/log/shop/*.log', 'team']) expect(content).toContain(text);
  expect(
    JSON.stringify(TARGETS[agent].files(delivery({ agent, ...FULL })).map((file) => String(file.content))),
  ).toContain('mk_secret');
});

test.each(AGENT_TARGETS.filter((agent) => agent !== 'rsyslog'))(
  '%s: what was answered is read back from the YAML as it was',
  (agent) => {
    const read = JSON.stringify(parse(main({ agent, ...FULL })));
    expect(JSON.parse(`[${read}]`)).toHaveLength(1);
    // Vector holds texts inside of its own language, quoted once more.
    const quote = (text: string): string =>
      agent === 'vector' ? JSON.stringify(JSON.stringify(text)).slice(3, -3) : JSON.stringify(text).slice(1, -1);
    expect(read).toContain(quote(FULL.service));
    expect(read).toContain(quote(FULL.labels.team));
  },
);

test('the key is no part of a preview, and a bundle has READMEs in two languages', () => {
  const files = configurationFiles({ ...delivery(), key: 'KEY' });
  expect(files.map(({ name }) => name)).toEqual([
    ...['moalog-agent.yaml', 'key', 'moalog-agent.sh', 'moalog-agent.service', 'README.md', 'README.ko.md'],
  ]);
});

test.each([
  [{ paths: [] }],
  [{ paths: ['/a\n/b'] }],
  [{ labels: { 'a b': 'x' } }],
  [{ service: 'a\u0000' }],
  [{ timezone: 'Asia/Seoul; rm' }],
])('answers that could break out of a file are refused: %j', (wrong) => {
  expect(agentSetupSchema.safeParse({ project: 'shop', paths: ['/x'], ...wrong }).success).toBe(false);
});
