import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HistogramResponse, IngestResponse, SearchResponse, SourcesResponse } from '@moalog/contract';
import { databaseOn } from './postgres.ts';

const CLI = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../cli/src/main.ts');
const START_MS = 90_000;
/** Everything there is, and what comes a little ahead of its time. */
const ALWAYS = { from: 'now-20000d', to: 'now+2d' };

export interface ServerOptions {
  /** Kept after `stop`, so that another server can go on with it. A temporary one is made and removed when absent. */
  readonly dataDir?: string;
  /** Further flags of `moalog start`. */
  readonly flags?: readonly string[];
}

/** A real server in a process of its own. */
export interface TestServer {
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  readonly pid: number;
  /** The engine that runs now; another one after it died (Linux). Throws while there is none. */
  enginePid(): number;
  /** Any request, with the key. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Sends lines to /api/v1/ingest; rejects when they are not accepted. */
  send(lines: readonly string[] | Buffer, parameters?: Record<string, string>): Promise<IngestResponse>;
  search(body: object): Promise<SearchResponse>;
  /** Events that match, over all time. */
  count(query: string): Promise<number>;
  waitForCount(query: string, events: number, timeoutMs?: number): Promise<void>;
  metrics(): Promise<string>;
  /** The port in use of a listener (`syslog-tcp-0`). */
  listenerPort(id: string): Promise<number>;
  /** SIGINT, and waits for the end; the exit code. */
  stop(): Promise<number>;
  kill9(): Promise<void>;
  /** What the process has printed, its log included. */
  output(): string;
}

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'moalog-test-'));
  const stateFile = path.join(dataDir, 'server.json');
  const flags = [
    '--http-port',
    '0',
    '--data-dir',
    dataDir,
    '--log-level',
    'warn',
    '--log-format',
    'json',
    ...catalogFlags(dataDir),
    ...(options.flags ?? []),
  ];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CLI, 'start', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  child.stderr.on('data', (chunk) => output.push(String(chunk)));
  // Another server may run there, and one that was killed left its file.
  const hasStarted = (): boolean => existsSync(stateFile) && readState(dataDir).pid === child.pid;
  const ended = new Promise<number>((resolve) =>
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 1)),
  );
  for (const giveUp = Date.now() + START_MS; !hasStarted(); await sleep(25)) {
    if (child.exitCode === null && Date.now() <= giveUp) continue;
    child.kill('SIGKILL');
    if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    throw new Error(`the server did not start:\n${output.join('')}`);
  }
  return open(child, ended, dataDir, options.dataDir === undefined, output);
}

/** With MOALOG_TEST_POSTGRES_PORT every server keeps its catalogue there, one database a data directory (tests/catalogue.ts). */
function catalogFlags(dataDir: string): string[] {
  const port = process.env.MOALOG_TEST_POSTGRES_PORT;
  if (port === undefined) return [];
  const name = `m${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`;
  return ['--catalog-url', databaseOn(Number(port), name)];
}

const readState = (dataDir: string) =>
  JSON.parse(readFileSync(path.join(dataDir, 'server.json'), 'utf8')) as { pid: number; url: string }; // written by the server

function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const child = Number(children.at(-1));
  if (!(child > 0)) throw new Error('the engine does not run');
  return child;
}

function open(
  child: ChildProcess,
  ended: Promise<number>,
  dataDir: string,
  temporary: boolean,
  output: readonly string[],
): TestServer {
  const { url, pid } = readState(dataDir);
  const key = readFileSync(path.join(dataDir, 'bootstrap-key'), 'utf8').trim();

  const request = (address: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${key}`);
    return fetch(`${url}${address}`, { ...init, headers });
  };
  const post = async <T>(address: string, body: unknown): Promise<T> => {
    const response = await request(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T; // shapes are those of the contract
  };
  const count = async (query: string): Promise<number> =>
    (await post<HistogramResponse>('/api/v1/histogram', { query, ...ALWAYS, buckets: 2 })).total;

  return {
    url,
    key,
    dataDir,
    pid,
    enginePid: () => childOf(pid),
    request,
    async send(lines, parameters = {}) {
      const body = Buffer.isBuffer(lines) ? new Uint8Array(lines) : `${lines.join('\n')}\n`;
      const response = await request(`/api/v1/ingest?${new URLSearchParams(parameters)}`, { method: 'POST', body });
      if (response.status !== 202) throw new Error(`ingest: ${response.status} ${await response.text()}`);
      return (await response.json()) as IngestResponse; // shape of the contract
    },
    search: (body) => post<SearchResponse>('/api/v1/search', { ...ALWAYS, ...body }),
    count,
    async waitForCount(query, events, timeoutMs = 15_000) {
      const giveUp = Date.now() + timeoutMs;
      for (;;) {
        const found = await count(query).catch((error: unknown) => String(error));
        if (found === events) return;
        if (Date.now() > giveUp) throw new Error(`found ${found} events for ${JSON.stringify(query)}, not ${events}`);
        await sleep(50);
      }
    },
    metrics: async () => (await request('/metrics')).text(),
    async listenerPort(id) {
      const { sources } = (await (await request('/api/v1/sources')).json()) as SourcesResponse; // shape of the contract
      const port = sources.find((source) => source.id === id)?.port;
      if (typeof port !== 'number') throw new Error(`there is no listener ${id}`);
      return port;
    },
    async stop() {
      child.kill('SIGINT');
      const code = await ended;
      if (temporary) rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
    output: () => output.join(''),
    async kill9() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
