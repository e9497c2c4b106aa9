import { spawn } from 'node:child_process';
import http from 'node:http';
import { rmSync, readFileSync } from 'node:fs';
import { eventBodies } from './generator.ts';
import { directoryBytes, ProcessMeter } from './process-meter.ts';
import { setTimeout as sleep } from 'node:timers/promises';
const N = Number(process.argv[2] ?? 2e6);
rmSync('/tmp/lead/vldata', { recursive: true, force: true });
const child = spawn('/tmp/lead/vl/victoria-logs', ['-storageDataPath=/tmp/lead/vldata', '-httpListenAddr=127.0.0.1:19428', '-retentionPeriod=100d', '-loggerLevel=ERROR'], { stdio: 'inherit' });
const url = 'http://127.0.0.1:19428';
for (;;) { try { await fetch(`${url}/health`); break; } catch { await sleep(50); } }
const bodies = [...eventBodies(N)];
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const meter = new ProcessMeter(child.pid!), self = new ProcessMeter(process.pid);
const post = (body: Buffer) => new Promise<void>((res, rej) => { const r = http.request(`${url}/insert/jsonline?_stream_fields=service,host&_time_field=timestamp&_msg_field=message`, { agent, method: 'POST', headers: { 'content-length': body.length } }, (m) => { m.resume(); m.on('end', () => m.statusCode === 200 ? res() : rej(new Error(String(m.statusCode)))); }); r.on('error', rej); r.end(body); });
const t0 = performance.now(); let next = 0;
await Promise.all(Array.from({ length: 4 }, async () => { while (next < bodies.length) await post(bodies[next++] as Buffer); }));
const ack = performance.now() - t0;
const ask = async (path: string, body: Record<string, string>) => (await (await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(body) })).text());
const from = String(Date.now() / 1000 - 30 * 86400), to = String(Date.now() / 1000 + 86400);
for (;;) { const t = await ask('/select/logsql/query', { query: '* | count() as n', start: from, end: to }); const n = Number(/"n":"(\d+)"/.exec(t)?.[1]); if (n >= N) break; await sleep(100); }
const done = performance.now() - t0;
console.log(`VL ack ${(N / ack).toFixed(0)}k/s searchable ${(N / done).toFixed(0)}k/s cpu ${(meter.cpuMs() * 1000 / N).toFixed(2)} sender ${(self.cpuMs() * 1000 / N).toFixed(2)} peak ${meter.peakMiB()}`);
for (let last = -1; ;) { await sleep(5000); const now = meter.cpuMs(); if (now - last < 200) break; last = now; }
console.log(`settled ${(meter.cpuMs() * 1000 / N).toFixed(2)} disk ${(directoryBytes('/tmp/lead/vldata') / 1048576).toFixed(0)} MiB`);
const Q: [string, string, Record<string, string>][] = [
  ['all by level', '/select/logsql/hits', { query: '*', step: '12h', field: 'level' }],
  ['histogram of a word', '/select/logsql/hits', { query: 'retries', step: '12h', field: 'level' }],
  ['latest 100', '/select/logsql/query', { query: '*', limit: '100' }],
  ['latest 100 of a service', '/select/logsql/query', { query: 'service:="svc-7"', limit: '100' }],
  ['latest stream service', '/select/logsql/query', { query: '{service="svc-7"}', limit: '100' }],
  ['latest 100 errors', '/select/logsql/query', { query: 'level:="error"', limit: '100' }],
  ['common word', '/select/logsql/query', { query: 'replica', limit: '100' }],
  ['rare word', '/select/logsql/query', { query: 'needle', limit: '100' }],
  ['phrase, counted', '/select/logsql/hits', { query: '"connection timeout"', step: '12h', field: 'level' }],
  ['substring, counted', '/select/logsql/hits', { query: '~"eplic"', step: '12h', field: 'level' }],
  ['regex, counted', '/select/logsql/hits', { query: '~"user=\\\\d+7 "', step: '12h', field: 'level' }],
  ['trace id', '/select/logsql/query', { query: 'trace_id:="00000000000000000000000000000000"', limit: '100' }],
  ['status ≥ 500, counted', '/select/logsql/hits', { query: 'http.status:>=500', step: '12h', field: 'level' }],
  ['facets', '/select/logsql/facets', { query: '*', limit: '10' }],
];
for (const [name, path, body] of Q) { const w: number[] = []; let t = ''; for (let i = 0; i < 9; i++) { const a = performance.now(); t = await ask(path, { ...body, start: from, end: to }); w.push(performance.now() - a); } w.sort((a, b) => a - b); console.log(name.padEnd(28), w[4]!.toFixed(0), t.length, t.slice(0, 60).replaceAll('\n', ' ')); }
console.log('peak', meter.peakMiB());
child.kill('SIGTERM');
