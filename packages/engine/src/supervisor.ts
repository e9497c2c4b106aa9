import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { libraryPackage, requireAsChdb } from './process/native.ts';
import { CONTROL_SESSIONS, type EngineOrder, type EngineProcessOptions, type EngineReport } from './protocol.ts';
import { listenAsUnavailable } from './unavailable.ts';

export type EngineState = 'starting' | 'ready' | 'restarting' | 'stopped';

export interface EngineOptions {
  /** Directory of the engine's files; made when it is not there. One process at a time. */
  readonly dataDir: string;
  readonly log: Logger;
  /**
   * Resident memory that the engine's process should stay below: queries, loads and merges together may take this less 240 MiB (at least 256 MiB),
   * a single statement half of that unless it says otherwise (max_memory_usage). An aim, not a wall: short peaks pass it by some 20 %. Default 700 MiB.
   */
  readonly memoryMaxBytes?: number;
  /** Statements that may read at once. Default 4. */
  readonly readSessions?: number;
  /** Statements that may write at once: two loads and one of another kind. Default 3. */
  readonly writeSessions?: number;
  /** Statements of each kind that may wait for their turn before others are refused with code 202. Default 256. */
  readonly maxWaiting?: number;
}

/**
 * A running engine. Port and secret stay the same over restarts, so that clients only have to try again: while the process is down
 * they get 503 (code 236), or a refused or cut connection in the moment of its end (isEngineUnavailable).
 */
export interface Engine {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  state(): EngineState;
  restarts(): number;
  pid(): number | undefined;
  /** Resident memory of the engine's process; 0 while it is down or where it cannot be read (outside of Linux). */
  residentBytes(): number;
  onRestart(listener: () => void): void;
  /** Lets inserts finish, ends queries, closes the store. After 8 s the process is ended. */
  close(): Promise<void>;
}

/** The engine cannot be started here. The message is for people. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
}

const DEFAULT_MEMORY_BYTES = 700 * 1024 ** 2;
const FIRST_BACK_OFF_MS = 100;
const MAX_BACK_OFF_MS = 10_000;
/** A process that lived this long starts again with the shortest back-off. */
const STABLE_MS = 60_000;
const CLOSE_MS = 8_000;
/** The engine of a parent that was killed needs a moment to notice; until then it holds the directory. */
const LOCK_TRIES = 8;
const LOCK_RETRY_MS = 250;
/**
 * Gives freed memory back after 0.1 s, not 5 s: 110 to 180 MiB less at the peak of loads for the same CPU time; at once (0) costs a query 40 % more.
 * Measured with chDB 3.4.0, whose jemalloc reads this variable.
 */
const ALLOCATOR = 'dirty_decay_ms:100,muzzy_decay_ms:0';
/** For files and compression; each statement takes one thread of libuv's pool besides. */
const SPARE_THREADS = 8;

export async function startEngine(options: EngineOptions): Promise<Engine> {
  assertLibrary();
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const supervisor = new Supervisor(options);
  await supervisor.open();
  return supervisor;
}

function assertLibrary(): void {
  const advice =
    'To run without the embedded engine, set MOALOG_CLICKHOUSE_URL to a ClickHouse server, for example http://user:password@host:8123/moalog.';
  const name = libraryPackage();
  if (name === undefined)
    throw new EngineStartError(`The embedded engine does not exist for ${process.platform}-${process.arch}. ${advice}`);
  try {
    requireAsChdb().resolve(name);
  } catch (error) {
    throw new EngineStartError(
      `The embedded engine's library ${name} is not installed: run npm install again. ${advice}`,
      { cause: error },
    );
  }
}

class Supervisor implements Engine {
  readonly username = 'moalog';
  readonly password = randomBytes(24).toString('hex');
  readonly #options: EngineOptions;
  readonly #listeners: Array<() => void> = [];
  readonly #stop = new AbortController();
  #child: ChildProcess | undefined;
  /** Holds the port while no process does. */
  #placeholder: Server | undefined;
  #port = 0;
  #state: EngineState = 'starting';
  #restarts = 0;
  #backOffMs = FIRST_BACK_OFF_MS;

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
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${this.pid()}/status`, 'utf8'))?.[1] ?? 0) * 1_024;
    } catch {
      return 0;
    }
  }

  onRestart(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** First start: rejects with EngineStartError. */
  async open(): Promise<void> {
    await this.#holdPort();
    for (let tries = 1; ; tries++) {
      try {
        return await this.#start();
      } catch (error) {
        const isLocked = error instanceof EngineStartError && error.message.includes(LOCKED);
        if (isLocked && tries < LOCK_TRIES) {
          await wait(LOCK_RETRY_MS);
          continue;
        }
        this.#placeholder?.close();
        this.#state = 'stopped';
        throw error;
      }
    }
  }

  async #holdPort(): Promise<void> {
    this.#placeholder = await listenAsUnavailable(this.#port);
    const address = this.#placeholder.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
  }

  /** Starts the process, waits until it opened the store, gives it the port. */
  async #start(): Promise<void> {
    const startedAt = Date.now();
    const readSessions = this.#options.readSessions ?? 4;
    const writeSessions = this.#options.writeSessions ?? 3;
    const threads = readSessions + writeSessions + CONTROL_SESSIONS + SPARE_THREADS;
    const child = fork(fileURLToPath(new URL('./process/main.ts', import.meta.url)), [], {
      env: { PATH: process.env.PATH, TZ: 'UTC', JE_MALLOC_CONF: ALLOCATOR, UV_THREADPOOL_SIZE: String(threads) },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    const life = new ProcessLife(child);
    const process_: EngineProcessOptions = {
      dataDir: this.#options.dataDir,
      username: this.username,
      password: this.password,
      memoryMaxBytes: this.#options.memoryMaxBytes ?? DEFAULT_MEMORY_BYTES,
      readSessions,
      writeSessions,
      maxWaiting: this.#options.maxWaiting ?? 256,
    };
    try {
      const ready = await life.ask({ type: 'open', options: process_ });
      await life.ask({ type: 'listen' }, this.#placeholder);
      this.#placeholder?.close();
      this.#placeholder = undefined;
      this.#state = 'ready';
      const version = ready.type === 'ready' ? ready.version : '';
      this.#options.log.info(
        { event: 'engine_ready', pid: child.pid, port: this.#port, version, startMs: Date.now() - startedAt },
        'the engine is ready',
      );
    } catch (error) {
      child.kill('SIGKILL');
      throw new EngineStartError(`The engine cannot open ${this.#options.dataDir}: ${explain(error, life.lastWords)}`, {
        cause: error,
      });
    }
    void life.ended.then(({ code, signal }) => {
      if (this.#state === 'stopped') return;
      this.#options.log.error(
        { event: 'engine_ended', code, signal, lastWords: life.lastWords.trim(), backOffMs: this.#backOffMs },
        'the engine ended and is started again',
      );
      if (Date.now() - startedAt > STABLE_MS) this.#backOffMs = FIRST_BACK_OFF_MS;
      void this.#restart();
    });
  }

  /** Tries until the process runs again or close() is called. */
  async #restart(): Promise<void> {
    this.#state = 'restarting';
    while (!this.#stop.signal.aborted) {
      try {
        if (this.#placeholder === undefined) await this.#holdPort();
        await wait(this.#backOffMs, undefined, { signal: this.#stop.signal });
        this.#restarts++;
        this.#backOffMs = Math.min(this.#backOffMs * 2, MAX_BACK_OFF_MS);
        await this.#start();
        for (const listener of this.#listeners) listener();
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#options.log.error(
          { event: 'engine_start_failed', err: error, backOffMs: this.#backOffMs },
          'the engine does not start; it is tried again',
        );
        await wait(this.#backOffMs, undefined, { signal: this.#stop.signal }).catch(() => {});
      }
    }
  }

  async close(): Promise<void> {
    this.#state = 'stopped';
    this.#stop.abort();
    this.#placeholder?.close();
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.send({ type: 'close' } satisfies EngineOrder);
    const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS);
    await ended;
    clearTimeout(timer);
  }
}

/** What a process says from its start to its end. */
class ProcessLife {
  readonly #child: ChildProcess;
  /** The end of what it wrote to stderr. */
  lastWords = '';
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      this.lastWords = (this.lastWords + words).slice(-4_000);
    });
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    child.on('error', () => {});
  }

  /** Sends an order and waits for its answer. */
  async ask(order: EngineOrder, socket?: Server): Promise<EngineReport> {
    const answer = new Promise<EngineReport>((resolve) => this.#child.once('message', resolve));
    this.#child.send(order, socket, {}, () => {});
    const report = await Promise.race([
      answer,
      this.ended.then(({ code, signal }) => `the process ended (${signal ?? code})`),
    ]);
    if (typeof report === 'string') throw new Error(report);
    if (report.type === 'failed') {
      // Its last words say why, and come through another pipe.
      await this.ended;
      throw new Error(report.message);
    }
    return report;
  }
}

const LOCKED = 'another process uses this directory';

function explain(error: unknown, lastWords: string): string {
  if (lastWords.includes('Cannot lock file'))
    return `${LOCKED}. Stop the other instance, or choose another data directory.`;
  return `${error instanceof Error ? error.message : String(error)} ${lastWords.trim()}`.trim();
}
