// `npm run bench [-- --events N] [-- --write]`: from HTTP request to searchable, and the queries people wait for, on this machine, in one run.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startServer, type TestServer } from '@moalog/testkit';
import { eventBodies } from './generator.ts';
import { directoryBytes, ProcessMeter } from './process-meter.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '2000000' }, write: { type: 'boolean', default: false } },
});
const EVENTS = Number(values.events);
const IN_FLIGHT = 4;
const REPEATS = 9;

interface Question {
  readonly name: string;
  readonly path: string;
  readonly body: object;
}

const QUESTIONS: readonly Question[] = [
  { name: 'count and histogram by level, everything', path: 'histogram', body: {} },
  { name: 'histogram of a word', path: 'histogram', body: { query: 'retries' } },
  { name: 'latest 100', path: 'search', body: {} },
  { name: 'latest 100 of a service', path: 'search', body: { query: 'service:svc-7' } },
  { name: 'latest 100 errors', path: 'search', body: { query: 'level:error' } },
  { name: 'latest 100 of a common word', path: 'search', body: { query: 'replica' } },
  { name: 'rare word', path: 'search', body: { query: 'needle' } },
  { name: 'phrase, counted', path: 'histogram', body: { query: '"connection timeout"' } },
  { name: 'substring, counted', path: 'histogram', body: { query: '*eplic*' } },
  { name: 'regular expression, counted', path: 'histogram', body: { query: '/user=\\d+7 /' } },
  { name: 'trace id', path: 'search', body: { query: 'trace_id:00000000000000000000000000000000' } },
  { name: 'status ≥ 500, counted', path: 'histogram', body: { query: 'http.status:>=500' } },
  { name: 'facets', path: 'facets', body: {} },
];

async function send(server: TestServer): Promise<{ acknowledgedMs: number; searchableMs: number }> {
  const bodies = eventBodies(EVENTS);
  const startedAt = performance.now();
  const sender = async (): Promise<void> => {
    for (let next = bodies.next(); !next.done; next = bodies.next()) await server.send(next.value);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  const acknowledgedMs = performance.now() - startedAt;
  await server.waitForCount('', EVENTS, 600_000);
  return { acknowledgedMs, searchableMs: performance.now() - startedAt };
}

async function ask(server: TestServer, { path: route, body }: Question): Promise<{ ms: number; serverMs: number }> {
  const waited: number[] = [];
  const told: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const startedAt = performance.now();
    const answer = await server.request(`/api/v1/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: 'now-30d', to: 'now+1d', ...body }),
    });
    const { elapsedMs } = (await answer.json()) as { elapsedMs: number }; // shape of the contract
    if (answer.status !== 200) throw new Error(`${route}: ${answer.status}`);
    waited.push(performance.now() - startedAt);
    told.push(elapsedMs);
  }
  return { ms: median(waited), serverMs: median(told) };
}

const median = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

const server = await startServer();
try {
  const meters = {
    sender: new ProcessMeter(process.pid),
    server: new ProcessMeter(server.pid),
    engine: new ProcessMeter(server.enginePid()),
  };
  const { acknowledgedMs, searchableMs } = await send(server);
  const perEvent = (meter: ProcessMeter): string => ((meter.cpuMs() * 1_000) / EVENTS).toFixed(1);
  const lines = [
    `| ${EVENTS.toLocaleString('en')} events, ${IN_FLIGHT} requests in flight | |`,
    '| --- | --- |',
    `| acknowledged after fsync | ${Math.round((EVENTS / acknowledgedMs) * 1_000).toLocaleString('en')} events/s |`,
    `| searchable | ${Math.round((EVENTS / searchableMs) * 1_000).toLocaleString('en')} events/s |`,
    `| CPU µs an event: sender, server, engine | ${perEvent(meters.sender)}, ${perEvent(meters.server)}, ${perEvent(meters.engine)} |`,
    `| peak resident memory: server, engine | ${meters.server.peakMiB()} MiB, ${meters.engine.peakMiB()} MiB |`,
  ];
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  lines.push(`| CPU µs an event of the engine, 10 s later (merges) | ${perEvent(meters.engine)} |`);
  lines.push(
    `| on disk | ${Math.round(directoryBytes(path.join(server.dataDir, 'engine', 'store')) / 1024 ** 2)} MiB |`,
  );
  lines.push('', `| query, median of ${REPEATS} | ms over HTTP | ms in the engine |`, '| --- | --- | --- |');
  for (const question of QUESTIONS) {
    const { ms, serverMs } = await ask(server, question);
    lines.push(`| ${question.name} | ${ms.toFixed(0)} | ${serverMs.toFixed(0)} |`);
  }
  const table = lines.join('\n');
  console.log(table);
  if (values.write) {
    const file = path.resolve(import.meta.dirname, 'README.md');
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace(/<!-- run -->[\s\S]*<!-- end -->/, () => `<!-- run -->\n${table}\n<!-- end -->`),
    );
  }
} finally {
  await server.stop();
}
