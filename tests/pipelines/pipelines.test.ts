import type {
  PipelineAnswer,
  PipelineFailures,
  PipelineSuggestion,
  PipelineVersion,
  PreviewPipelineResponse,
  Problem,
  ProcessorInfo,
} from '@moalog/contract';
import { startServer, type TestServer } from '@moalog/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

const KONG = `description: Kong in front of the shop
processors:
  - type: access_log
    format: '$remote_addr [$time_local] "$request" $status $request_time $upstream_response_time "$host" "$http_user_agent"'
  - if: http.response.status_code:>=500
    do:
      - type: set
        fields: {level: error}
  - type: drop
    when: url.path:/health
`;
const line = (path: string, status: number): string =>
  `10.1.2.3 [10/Dec/2025:10:23:10 +0900] "GET ${path} HTTP/1.1" ${status} 0.123 0.120 "shop-api.example.com" "curl/8.0"`;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server?.stop();
});

async function ask<T>(method: string, path: string, body?: object, status = 200): Promise<T> {
  const answer = await server.request(`/api/v1/${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  expect(answer.status, text).toBe(status);
  return JSON.parse(text) as T; // shapes are those of the contract
}

test('a project has no pipeline at first', async () => {
  expect(await ask<PipelineAnswer>('GET', 'pipelines/default')).toMatchObject({ version: 0, text: '' });
  expect(await ask('GET', 'pipelines/default/versions')).toEqual({ versions: [] });
});

test('a preview shows every step on pasted lines, before anything is saved', async () => {
  const preview = (): Promise<PreviewPipelineResponse> =>
    ask('POST', 'pipelines/default/preview', {
      text: KONG,
      lines: [line('/api?x=1', 503), line('/health', 200), 'other'],
    });
  const seen = await preview();
  expect(seen.processors.map(({ label }) => label)).toEqual(['1 access_log', '2.do.1 set', '3 drop']);
  expect([seen.parsed, seen.failed, seen.dropped]).toEqual([1, 1, 1]);
  const [bad, health, other] = seen.lines;
  expect(bad?.given).toEqual({ message: line('/api?x=1', 503) });
  expect(bad?.steps[0]?.fields).toMatchObject({ 'url.query': 'x=1', timestamp: '10/Dec/2025:10:23:10 +0900' });
  expect(bad?.steps[0]?.fields).not.toHaveProperty('level');
  expect(bad?.steps[1]?.fields).toMatchObject({ level: 'error' });
  expect(bad?.event).toMatchObject({ level: 'error', timestamp: '2025-12-10T01:23:10.000000000Z' });
  expect([health?.event, health?.steps.map((step) => step.dropped)]).toEqual([null, [false, false, true]]);
  expect(other?.steps[0]?.failures).toEqual(['the line is not in this format']);
  expect(other?.event).toMatchObject({ message: 'other' });
  expect(await server.count('')).toBe(0);
  const took: number[] = [];
  for (let i = 0; i < 5; i++) took.push((await preview()).elapsedMs);
  // The aim is 300 ms; a busy machine gets twice that.
  expect(took.sort((a, b) => a - b)[0]).toBeLessThan(600);
});

test.each<[text: string, path: string, message: RegExp, wrong: string]>([
  [
    'processors: [{type: regex, pattern: "(?<a>x)(?!y)"}]',
    'processors.0.pattern',
    /cannot be used: invalid perl operator/,
    '"(?<a>x)(?!y)"',
  ],
  ['processors: [{type: groc}]', 'processors.0.type', /did you mean grok/, 'groc'],
  ['processors:\n  - {type: drop, when: "a:("}', 'processors.0.when', /./, '"a:("'],
  ['processors: [}', '', /./, '}'],
  ['processors:\n  - {type: drop, when: "/(?<!a)b/"}', 'processors.0.when', /cannot be used/, '"/(?<!a)b/"'],
])('%j is refused with its place, and nothing is saved', async (text, path, message, wrong) => {
  const { code, errors } = await ask<Problem>('PUT', 'pipelines/default', { text }, 400);
  expect(code).toBe('invalid_pipeline');
  expect(errors?.[0]).toMatchObject({ path, message: expect.stringMatching(message) });
  const { from = -1, to = -1 } = errors?.[0] ?? {};
  expect(text.slice(from, to)).toBe(wrong);
  expect(await ask<PipelineAnswer>('GET', 'pipelines/default')).toMatchObject({ version: 0 });
});

test('what is saved is used from the next lines on; failures keep their text and are counted', async () => {
  const saved = await ask<PipelineAnswer>('PUT', 'pipelines/default', { text: KONG, note: 'first', base: 0 });
  expect(saved).toMatchObject({ version: 1, text: KONG, note: 'first' });
  await server.send([line('/api?x=1', 503), line('/health', 200), line('/ok', 200), 'not an access log'], {
    service: 'kong',
  });
  await server.waitForCount('service:kong', 3);
  expect(await server.count('url.path:/api level:error http.server.request.duration:>0.1')).toBe(1);
  expect(await server.count('url.path:/health')).toBe(0);
  const { rows } = await server.search({ query: 'moalog.errors:*' });
  expect(rows).toMatchObject([
    {
      message: 'not an access log',
      attributes: {
        'moalog.errors': '[{"processor":"1 access_log","reason":"the line is not in this format"}]',
        'moalog.pipeline': '1',
      },
    },
  ]);
  expect(await ask<PipelineFailures>('GET', 'pipelines/default/failures?from=now-20000d')).toEqual({
    events: 3,
    failed: 1,
    processors: [{ processor: '1 access_log', reason: 'the line is not in this format', version: '1', events: 1 }],
  });
});

test('versions: edited side by side is a conflict, differences, and an older one again', async () => {
  const changed = KONG.replace('/health', '/live');
  await ask('PUT', 'pipelines/default', { text: changed, base: 0 }, 409);
  await ask('PUT', 'pipelines/default', { text: changed, base: 1 });
  expect(await ask('GET', 'pipelines/default/diff?from=1&to=2')).toMatchObject({
    lines: expect.arrayContaining([
      { kind: 'removed', text: '    when: url.path:/health' },
      { kind: 'added', text: '    when: url.path:/live' },
    ]),
  });
  expect(await ask('POST', 'pipelines/default/rollback', { version: 1 })).toMatchObject({ version: 3, text: KONG });
  const { versions } = await ask<{ versions: PipelineVersion[] }>('GET', 'pipelines/default/versions');
  expect(versions.map(({ version }) => version)).toEqual([3, 2, 1]);
  expect(await ask('GET', 'pipelines/default/versions/2')).toMatchObject({ text: changed });
  await ask('GET', 'pipelines/default/versions/9', undefined, 404);
});

test('the last events of the project are previewed when no lines are given', async () => {
  const seen = await ask<PreviewPipelineResponse>('POST', 'pipelines/default/preview', { query: 'service:kong' });
  expect(seen.lines.map(({ raw }) => raw)).toEqual(expect.arrayContaining(['not an access log', line('/ok', 200)]));
  expect([seen.parsed, seen.failed]).toEqual([2, 1]);
});

test('the processors there are say what they take', async () => {
  const { processors } = await ask<{ processors: ProcessorInfo[] }>('GET', 'processors');
  expect(processors.find(({ type }) => type === 'grok')?.options).toMatchObject({ properties: { pattern: {} } });
});

test.each<[kind: string, lines: string[], name: string, fields: string[]]>([
  [
    'an access log',
    [
      line('/a', 200)
        .replace(/0\.123 0\.120 "[^"]*"/, '5 "-"')
        .replace(' [', ' - - ['),
    ],
    'Access log (combined)',
    ['url.path'],
  ],
  ['logfmt', ['level=info msg="a b" took=5', 'level=warn msg=c took=6'], 'logfmt', ['took', 'message', 'level']],
  [
    'Spring Boot',
    ['2026-01-02T03:04:05.678+09:00  INFO 1234 --- [shop] [nio-8080-exec-1] c.e.shop.OrderController : placed 1'],
    'Spring Boot',
    ['code.namespace', 'process.pid', 'thread.name'],
  ],
  [
    'syslog',
    ['Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure'],
    'syslog',
    ['host', 'process.pid', 'service'],
  ],
  [
    'what nobody knows',
    ["[2026-01-02 03:04:05] (WARN) 10.0.0.1 | it's slow", "[2026-01-02 03:04:06] (INFO) 10.0.0.2 | it's {fine}"],
    'a guess',
    ['timestamp', 'level', 'client.address', 'message'],
  ],
])('for %s a pipeline is suggested that reads it', async (_, lines, name, fields) => {
  const { suggestions } = await ask<{ suggestions: PipelineSuggestion[] }>('POST', 'pipelines/default/suggest', {
    lines,
  });
  expect(suggestions[0]).toMatchObject({ name, share: 1, fields: expect.arrayContaining(fields) });
});
