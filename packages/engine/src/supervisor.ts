import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { EngineProcessOptions, EngineProcessReport } from './protocol.ts';

export type EngineState = 'starting' | 'ready' | 'restarting' | 'stopped';

export interface EngineOptions {
  /** Directory of the engine's files; made when it is not there. One process at a time. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Memory that queries, loads and merges may take together. Default 700 MiB. */
  readonly memoryMaxBytes?: number;
  /** Statements that may read at once. Default 4. */
  readonly readSessions?: number;
  /** Statements that may write at once: two loads and one of another kind. Default 3. */
  readonly writeSessions?: number;
}

/**
 * A running engine. While its process is down requests are refused by the operating system (ECONNREFUSED): the store turns that into
 * its 503. Port and secret stay the same over restarts, so that clients only have to try again.
 */
export interface Engine {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  state(): EngineState;
  restarts(): number;
  pid(): number | undefined;
  /** Resident memory of the engine's process; 0 while it is down or where it cannot be read. */
  residentBytes(): number;
  onRestart(listener: () => void): void;
  /** Lets inserts finish, ends queries, closes the store. */
  close(): Promise<void>;
}

/** The engine cannot be started here. The message is for people. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
}

const FIRST_BACK_OFF_MS = 100;
const MAX_BACK_OFF_MS = 10_000;
/** A process that lived this long starts again with the shortest back-off. */
const STABLE_MS = 60_000;
/** After this time a closing engine is ended. */
const CLOSE_MS = 8_000;
/** Loading and querying threads of chDB live in libuv's pool, one for each session. */
const SPARE_THREADS = 6;

export async function startEngine(options: EngineOptions): Promise<Engine> {
  assertLibrary();
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const supervisor = new Supervisor(options);
  await supervisor.start();
  return supervisor;
}

/** chDB brings its library as one package a platform. */
function assertLibrary(): void {
  const names: Partial<Record<string, string>> = {
    'linux-x64': '@chdb/lib-linux-x64-gnu',
    'linux-arm64': '@chdb/lib-linux-arm64-gnu',
    'darwin-x64': '@chdb/lib-darwin-x64',
    'darwin-arm64': '@chdb/lib-darwin-arm64',
  };
  const platform = `${process.platform}-${process.arch}`;
  const advice = 'Set MOALOG_CLICKHOUSE_URL to a ClickHouse server (http://user:password@host:8123/database) to run without the embedded engine.';
  const name = names[platform];
  if (name === undefined) throw new EngineStartError(`The embedded engine does not exist for ${platform}. ${advice}`);
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`);
  } catch (error) {
    throw new EngineStartError(`The embedded engine's library ${name} is not installed. Run npm install again, or: ${advice}`, { cause: error });
  }
}

class Supervisor implements Engine {
  readonly username = 'moalog';
  readonly password = randomBytes(24).toString('hex');
  readonly #options: EngineOptions;
  readonly #listeners: Array<() => void> = [];
  #child: ChildProcess | undefined;
  #port = 0;
  #state: EngineState = 'starting';
  #restarts = 0;
  #backOffMs = FIRST_BACK_OFF_MS;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  state(): EngineState {
    return this.#state;
  }

  restarts(): number {
    return this.#restarts;
  }

  pid(): number | undefined {
    return this.#child?.pid;
  }

  residentBytes(): number {
    try {
      const pages = readFileSync(`/proc/${this.pid()}/statm`, 'utf8').split(' ')[1];
      return Number(pages) * 4_096;
    } catch {
      return 0;
    }
  }

  onRestart(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Starts the process and resolves when it answers. */
  async start(): Promise<void> {
    const startedAt = Date.now();
    const readSessions = this.#options.readSessions ?? 4;
    const writeSessions = this.#options.writeSessions ?? 3;
    const child = fork(fileURLToPath(new URL('./process/main.ts', import.meta.url)), [], {
      env: { PATH: process.env.PATH, TZ: 'UTC', UV_THREADPOOL_SIZE: String(readSessions + writeSessions + SPARE_THREADS) },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      lastWords = (lastWords + words).slice(-4_000);
    });
    const order: EngineProcessOptions = {
      dataDir: this.#options.dataDir,
      port: this.#port,
      username: this.username,
      password: this.password,
      memoryMaxBytes: this.#options.memoryMaxBytes ?? 700 * 1024 ** 2,
      readSessions,
      writeSessions,
      maxWaiting: 256,
    };
    child.send(order);
    await new Promise<void>((resolve, reject) => {
      child.once('message', (report: EngineProcessReport) => {
        if (report.type === 'failed') return reject(new EngineStartError(`The engine cannot open ${this.#options.dataDir}: ${report.message}`));
        this.#port = report.port;
        this.#state = 'ready';
        this.#options.log.info({ event: 'engine_ready', pid: child.pid, port: report.port, version: report.version, startMs: Date.now() - startedAt }, 'the engine is ready');
        resolve();
      });
      child.once('exit', (code, signal) => reject(new EngineStartError(`The engine ended while starting (${signal ?? code}): ${lastWords.trim()}`)));
    });
    child.once('exit', (code, signal) => this.#ended(code, signal, lastWords, Date.now() - startedAt));
  }

  #ended(code: number | null, signal: NodeJS.Signals | null, lastWords: string, livedMs: number): void {
    if (this.#state === 'stopped') return;
    if (livedMs > STABLE_MS) this.#backOffMs = FIRST_BACK_OFF_MS;
    this.#state = 'restarting';
    this.#options.log.error({ event: 'engine_ended', code, signal, lastWords, backOffMs: this.#backOffMs }, 'the engine ended and is started again');
    this.#timer = setTimeout(() => void this.#restart(), this.#backOffMs);
    this.#backOffMs = Math.min(this.#backOffMs * 2, MAX_BACK_OFF_MS);
  }

  async #restart(): Promise<void> {
    this.#restarts++;
    const startedAt = Date.now();
    try {
      await this.start();
      for (const listener of this.#listeners) listener();
    } catch (error) {
      this.#ended(null, null, String(error), Date.now() - startedAt);
    }
  }

  async close(): Promise<void> {
    this.#state = 'stopped';
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.send('close');
    const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
    await ended;
    clearTimeout(timer);
  }
}
