// `npm run bench -- pipelines [--events N]`: what pipelines cost, from HTTP request to searchable, on access log lines; one server, one project each.
import { startServer, type TestServer } from '@moalog/testkit';
import { ProcessMeter } from './process-meter.ts';

const LINES_A_BODY = 10_000;
const IN_FLIGHT = 4;
const FOUND_MS = 600_000;
/** A first run loads code and warms caches; the median of the others counts. */
const ROUNDS = 4;

const PIPELINES: Readonly<Record<string, unknown>> = {
  'no pipeline': [],
  'access log': [{ type: 'access_log', format: 'combined' }],
  grok: [{ type: 'grok', pattern: '^%{COMBINEDAPACHELOG}$' }],
  'redact all': [
    { type: 'redact', kinds: ['email', 'phone', 'resident_number', 'card', 'jwt', 'bearer', 'aws_key', 'ip'] },
  ],
  'access log, then redact all': [
    { type: 'access_log', format: 'combined' },
    { type: 'redact', kinds: ['email', 'phone', 'resident_number', 'card', 'jwt', 'bearer', 'aws_key', 'ip'] },
  ],
};

function* bodies(events: number): Generator<Buffer> {
  const methods = ['GET', 'GET', 'GET', 'POST', 'PUT'];
  const status = [200, 200, 200, 304, 404, 500];
  const at = new Date(Date.now() - 3_600_000).toUTCString();
  const [, day, month, year, clock] = /^\w+, (\d+) (\w+) (\d+) (\S+)/.exec(at) ?? [];
  for (let from = 0; from < events; from += LINES_A_BODY) {
    const lines: string[] = [];
    for (let i = from; i < Math.min(events, from + LINES_A_BODY); i++)
      lines.push(
        `203.0.${i % 113}.${i % 251} - - [${day}/${month}/${year}:${clock} +0000] "${methods[i % 5]} /api/v1/items/${i % 5_000}?page=${i % 7} HTTP/1.1" ${status[i % 6]} ${i % 50_000} "https://shop.example.com/list/${i % 90}" "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"`,
      );
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}

async function send(server: TestServer, project: string, all: readonly Buffer[]): Promise<void> {
  const left = all.values();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (const body of left) await server.send(body, { project });
    }),
  );
}

async function call(server: TestServer, method: string, path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await server.request(`/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Prints a table: events a second until all are found, and CPU time of server and engine for each. */
export async function benchPipelines(events: number): Promise<void> {
  const server = await startServer();
  try {
    const all = [...bodies(events)];
    const meters = [new ProcessMeter(server.pid), new ProcessMeter(server.enginePid())];
    const names = Object.keys(PIPELINES);
    for (const [i, name] of names.entries()) {
      await call(server, 'POST', 'projects', { name, slug: `p${i}` });
      const text = JSON.stringify({ processors: PIPELINES[name] });
      await call(server, 'PUT', `pipelines/p${i}`, { text });
    }
    const seconds = names.map((): number[] => []);
    const cpuUs = names.map((): number[] => []);
    // In turns, so that a noisy minute is everybody's.
    for (let round = 0; round < ROUNDS; round++)
      for (const i of names.keys()) {
        const before = meters.map((meter) => meter.cpuMs());
        const startedAt = performance.now();
        await send(server, `p${i}`, all);
        await found(server, `p${i}`, events * (round + 1));
        if (round === 0) continue;
        seconds[i]?.push((performance.now() - startedAt) / 1_000);
        const used = meters.reduce((sum, meter, m) => sum + meter.cpuMs() - (before[m] ?? 0), 0);
        cpuUs[i]?.push((used * 1_000) / events);
      }
    const [plain = 1] = seconds.map(median);
    console.log(
      `| ${events.toLocaleString('en')} access log lines | events/s until found | share | CPU µs an event |\n| --- | --- | --- | --- |`,
    );
    for (const [i, name] of names.entries()) {
      const took = median(seconds[i] ?? []);
      const rate = Math.round(events / took).toLocaleString('en');
      console.log(
        `| ${name} | ${rate} | ${Math.round((plain / took) * 100)} % | ${median(cpuUs[i] ?? []).toFixed(1)} |`,
      );
    }
  } finally {
    await server.stop();
  }
}

async function found(server: TestServer, project: string, events: number): Promise<void> {
  const body = JSON.stringify({ project, query: '', from: 'now-30d', to: 'now+1d', buckets: 2 });
  for (const giveUp = Date.now() + FOUND_MS; Date.now() < giveUp; ) {
    const answer = await server.request('/api/v1/histogram', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    const [, total] = /"total":(\d+)/.exec(await answer.text()) ?? [];
    if (Number(total) >= events) return;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`${project}: not all were found`);
}
