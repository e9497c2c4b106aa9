import { startServer } from '@moalog/testkit';
const server = await startServer({ dataDir: '/tmp/lead/data2m' });
const QUESTIONS = [
  { name: 'all by level', path: 'histogram', body: {} },
  { name: 'histogram of a word', path: 'histogram', body: { query: 'retries' } },
  { name: 'latest 100', path: 'search', body: {} },
  { name: 'latest 100 of a service', path: 'search', body: { query: 'service:svc-7' } },
  { name: 'latest 100 errors', path: 'search', body: { query: 'level:error' } },
  { name: 'common word', path: 'search', body: { query: 'replica' } },
  { name: 'rare word', path: 'search', body: { query: 'needle' } },
  { name: 'phrase, counted', path: 'histogram', body: { query: '"connection timeout"' } },
  { name: 'substring, counted', path: 'histogram', body: { query: '*eplic*' } },
  { name: 'regex, counted', path: 'histogram', body: { query: '/user=\\d+7 /' } },
  { name: 'trace id', path: 'search', body: { query: 'trace_id:00000000000000000000000000000000' } },
  { name: 'status ≥ 500, counted', path: 'histogram', body: { query: 'http.status:>=500' } },
  { name: 'facets', path: 'facets', body: {} },
];
const median = (l: number[]) => l.sort((a, b) => a - b)[l.length >> 1];
for (const q of QUESTIONS) {
  const w: number[] = [], e: number[] = [];
  for (let i = 0; i < 9; i++) {
    const t = performance.now();
    const a = await server.request(`/api/v1/${q.path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ from: 'now-30d', to: 'now+1d', ...q.body }) });
    const j = await a.json() as any; w.push(performance.now() - t); e.push(j.elapsedMs);
    if (a.status !== 200) console.log(j);
  }
  console.log(q.name.padEnd(30), median(w)!.toFixed(0), median(e)!.toFixed(0));
}
await server.stop();
