// `npm run bench:agent [-- --megabytes N]`: what the agent costs, as it is shipped, against a server that only takes what comes. Linux.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { agentProgram } from '@moalog/agent/program';
import { ProcessMeter } from './process-meter.ts';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '200' }, sink: { type: 'boolean' } } });
const MEGABYTES = Number(values.megabytes);
const LIMIT_MS = 120_000;

interface Case {
  readonly name: string;
  readonly source: object;
  readonly more?: object;
  readonly files?: number;
}
const CASES: readonly Case[] = [
  { name: 'plain lines, zstd', source: {} },
  { name: 'plain lines, gzip', source: {}, more: { compression: 'gzip' } },
  { name: 'plain lines, 1,000 files', source: {}, files: 1_000 },
  { name: 'Java traces joined', source: { multiline: 'java' } },
  { name: 'lines with a word dropped', source: { drop: { contains: 'DEBUG' } } },
  { name: 'CP949', source: { encoding: 'cp949' } },
];

/** In a process of its own: answers each batch, and tells the bytes of its ranges. */
function sink(): void {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":1,"duplicate":false}');
      const [, from, to] = /batch_id=[^&]*?(\d+)-(\d+)(?:&|$)/.exec(request.url ?? '') ?? [];
      if (from !== undefined) process.send?.({ bytes: Number(to) - Number(from) });
    });
  }).listen(0, '127.0.0.1', () => process.send?.({ address: server.address() }));
}

function writeLogs(directory: string, files: number): void {
  const lines: string[] = [];
  for (let i = 0, bytes = 0; bytes < 1_000_000; i++) {
    const line = `2026-01-01 10:00:00,${String(i % 1_000).padStart(3, '0')} ${i % 4 === 0 ? 'DEBUG' : 'INFO'} [worker-${i % 16}] c.example.shop.Order - order ${i * 7919} of customer ${i * 104_729} took ${i % 300} ms`;
    lines.push(line);
    if (i % 50 === 0) lines.push(`\tat com.example.Shop.order(Shop.java:${i % 900})`);
    bytes = lines.length * 110;
  }
  const block = `${lines.join('\n')}\n`;
  const total = MEGABYTES * 1_000_000;
  const perFile = Math.ceil(total / files);
  for (let file = 0; file < files; file++) {
    const content =
      perFile < block.length
        ? block.slice(0, block.lastIndexOf('\n', perFile) + 1)
        : block.repeat(Math.ceil(perFile / block.length));
    writeFileSync(path.join(directory, `${file}.log`), content);
  }
}

async function measure(program: string, { name, source, more = {}, files = 1 }: Case): Promise<string> {
  const directory = mkdtempSync(path.join(tmpdir(), 'moalog-bench-agent-'));
  const logs = path.join(directory, 'logs');
  mkdirSync(logs);
  writeLogs(logs, files);
  const server = fork(import.meta.filename, ['--sink']);
  let bytes = 0;
  const [{ address }] = (await once(server, 'message')) as [{ address: { port: number } }]; // of `sink`
  server.on('message', (message) => {
    bytes += (message as { bytes: number }).bytes; // of `sink`
  });
  const config = path.join(directory, 'agent.json');
  const agent = path.join(directory, 'agent.mjs');
  writeFileSync(agent, program);
  const sources = [{ paths: [path.join(logs, '*.log')], ...source }];
  writeFileSync(
    config,
    JSON.stringify({
      server: `http://127.0.0.1:${address.port}`,
      key: 'k',
      stateDir: 'state',
      logLevel: 'error',
      sources,
      ...more,
    }),
  );
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=1', '--max-old-space-size=64', agent, 'run', '--config', config],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    },
  );
  const meter = new ProcessMeter(child.pid ?? 0);
  let firstAt = 0;
  let last = 0;
  let lastAt = 0;
  for (const giveUp = Date.now() + LIMIT_MS; Date.now() < giveUp; await sleep(10)) {
    if (bytes > last) {
      firstAt ||= performance.now();
      lastAt = performance.now();
      last = bytes;
    }
    // An open event at the end of a file waits for its time-out.
    if (last > 0 && performance.now() - lastAt > 4_000) break;
  }
  const megabytes = last / 1_000_000;
  const row = `| ${name} | ${megabytes.toFixed(0)} | ${(megabytes / ((lastAt - firstAt) / 1_000)).toFixed(0)} | ${(meter.cpuMs() / megabytes).toFixed(1)} | ${meter.peakMiB()} |`;
  child.kill('SIGKILL');
  await once(child, 'exit');
  server.kill();
  rmSync(directory, { recursive: true, force: true });
  return row;
}

if (values.sink === true) sink();
else {
  const program = await agentProgram();
  console.log('| what | MB read | MB/s | CPU ms a MB | peak MiB resident |\n| --- | --- | --- | --- | --- |');
  for (const each of CASES) console.log(await measure(program, each));
}
