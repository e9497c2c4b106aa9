import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer, type TestServer } from '@moalog/testkit';

const MAIN = path.resolve(import.meta.dirname, '../../packages/agent/src/main.ts');
const WRITE_MS = 20;
const TURN_MS = 1_000;
const ARRIVAL_MS = 90_000;

export interface LossReport {
  readonly seconds: number;
  readonly written: number;
  readonly stored: number;
  readonly missing: readonly string[];
  readonly repeated: readonly string[];
  readonly kills: { readonly agent: number; readonly server: number };
  readonly turns: { readonly rename: number; readonly copytruncate: number };
}

/**
 * Writes numbered lines to files that are rotated every second, and kills agent and server with kill -9 at random moments (the server's port is closed
 * for a while each time); then compares what was written with what is in the store.
 */
export async function lossRun(seconds: number, random: () => number = Math.random): Promise<LossReport> {
  const directory = mkdtempSync(path.join(tmpdir(), 'moalog-loss-'));
  const dataDir = path.join(directory, 'data');
  const logs = path.join(directory, 'logs');
  mkdirSync(logs);
  let server = await startServer({ dataDir });
  const port = Number(new URL(server.url).port);
  const config = path.join(directory, 'agent.json');
  const source = { id: 'loss', service: 'loss', paths: [path.join(logs, '*.log*')] };
  const times = { flushMs: 200, scanMs: 200, closeMs: 2_000, logLevel: 'warn' };
  writeFileSync(
    config,
    JSON.stringify({ server: server.url, key: server.key, stateDir: 'state', sources: [source], ...times }),
  );
  let agent = startAgent(config);
  const writer = new Writer(logs);
  const kills = { agent: 0, server: 0 };
  try {
    const over = Date.now() + seconds * 1_000;
    const writing = writer.writeUntil(over);
    while (Date.now() < over) {
      await sleep(300 + random() * 2_000);
      if (random() < 0.6) {
        kills.agent++;
        await killed(agent);
        await sleep(random() * 1_500);
        agent = startAgent(config);
      } else {
        kills.server++;
        await server.kill9();
        await sleep(random() * 1_500);
        server = await startServer({ dataDir, flags: ['--http-port', String(port)] });
      }
    }
    await writing;
    await server.waitForCount('service:loss', writer.written.size, ARRIVAL_MS).catch(() => undefined);
    return { seconds, ...(await compare(server, writer)), kills, turns: writer.turns };
  } finally {
    await killed(agent);
    await server.stop();
    if (process.env.MOALOG_TEST_KEEP !== '1') rmSync(directory, { recursive: true, force: true });
  }
}

/** Three programs: one whose file is renamed, one whose file is copied and truncated, one whose file just grows. */
class Writer {
  readonly written = new Set<string>();
  readonly turns = { rename: 0, copytruncate: 0 };
  readonly #logs: string;
  #next = 0;

  constructor(logs: string) {
    this.#logs = logs;
  }

  async writeUntil(over: number): Promise<void> {
    let turnAt = Date.now() + TURN_MS;
    while (Date.now() < over) {
      for (const name of ['renamed', 'copied', 'growing']) this.#write(name);
      await sleep(WRITE_MS);
      if (Date.now() < turnAt) continue;
      turnAt = Date.now() + TURN_MS;
      this.#rename();
      this.#copyTruncate();
    }
  }

  #file(name: string): string {
    return path.join(this.#logs, `${name}.log`);
  }

  #write(name: string): void {
    const ids = Array.from({ length: 1 + (this.#next % 7) }, () => `${name}-${++this.#next}`);
    appendFileSync(this.#file(name), ids.map((id) => `{"id":"${id}","message":"line ${id}"}\n`).join(''));
    for (const id of ids) this.written.add(id);
  }

  #rename(): void {
    renameSync(this.#file('renamed'), `${this.#file('renamed')}.${++this.turns.rename}`);
  }

  #copyTruncate(): void {
    copyFileSync(this.#file('copied'), `${this.#file('copied')}.${++this.turns.copytruncate}`);
    truncateSync(this.#file('copied'));
  }
}

async function compare(server: TestServer, { written }: Writer) {
  const response = await server.request('/api/v1/export', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'service:loss', from: 'now-1d', to: 'now+1d', columns: ['id'] }),
  });
  const ids = (await response.text())
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id); // the column that was asked for
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return {
    written: written.size,
    stored: ids.length,
    missing: [...written].filter((id) => !counts.has(id)).slice(0, 20),
    repeated: [...counts]
      .filter(([, count]) => count > 1)
      .map(([id]) => id)
      .slice(0, 20),
  };
}

function startAgent(config: string): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, 'run', '--config', config], {
    stdio: ['ignore', 'ignore', process.env.MOALOG_TEST_KEEP === '1' ? 'inherit' : 'ignore'],
  });
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
