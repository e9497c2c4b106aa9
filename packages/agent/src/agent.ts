import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentConfig } from './config/config.ts';
import { Sender } from './deliver/sender.ts';
import { Follower } from './files/follower.ts';
import { bufferBytes, type Piece, type TailedFile } from './files/tailed-file.ts';
import { agentId, heartbeatOf } from './heartbeat.ts';
import { Journal } from './journal/journal.ts';
import { podOf } from './lines/containers.ts';
import type { Log } from './log.ts';
import { type AgentStatus, Status } from './status.ts';

const TICK_MS = 100;

type Events = Extract<Piece, { kind: 'events' }>;

/**
 * Follows files and sends them: the files themselves are the buffer, and what is read of them is at most `inFlight` batches. A range is noted before
 * it is sent and acknowledged after the server's 2xx, so that every line is stored once.
 */
export class Agent {
  readonly #config: AgentConfig;
  readonly #log: Log;
  readonly #journal: Journal;
  readonly #sender: Sender;
  readonly #follower: Follower;
  readonly #status = new Status();
  readonly #stopping = new AbortController();
  /** Buffers of requests that are not running. */
  readonly #free: Buffer[] = [];
  readonly #ready = new Set<TailedFile>();
  readonly #restUntil = new WeakMap<TailedFile, number>();
  readonly #running = new Set<Promise<void>>();
  #scanAt = 0;
  #isStopping = false;
  #loop: Promise<void> = Promise.resolve();
  #beating: Promise<void> = Promise.resolve();
  /** Aborted as soon as the agent is to stop. */
  readonly #resting = new AbortController();

  private constructor(config: AgentConfig, key: string, journal: Journal, log: Log) {
    this.#config = config;
    this.#log = log;
    this.#journal = journal;
    this.#sender = new Sender(config, key, {
      retry: (reason, pauseMs) => this.#retried(reason, pauseMs),
      sent: (bytes) => {
        this.#status.bytesSent += bytes;
      },
    });
    this.#follower = new Follower({
      config,
      journal,
      log,
      lost: ({ source, path }, bytes) => {
        this.#status.of(source).lostBytes += bytes;
        log('error', 'bytes_lost', 'a file was removed before all of it was sent', { path, bytes });
      },
    });
  }

  /** Rejects with what the disk says about the state directory or the authority's file. */
  static async start({ config, key, log }: { config: AgentConfig; key: string; log: Log }): Promise<Agent> {
    const journal = await Journal.open(config.stateDir);
    const agent = new Agent(config, key, journal, log);
    agent.#loop = agent.#run();
    agent.#beating = agent.#beat(agentId(config.stateDir));
    return agent;
  }

  status(): AgentStatus {
    for (const { id } of this.#config.sources) Object.assign(this.#status.of(id), { files: 0, lagBytes: 0 });
    for (const file of this.#follower.files()) {
      const status = this.#status.of(file.source.id);
      status.files++;
      status.lagBytes += file.lagBytes;
    }
    return this.#status.report();
  }

  /** Files below a directory, and whether all of them is acknowledged. */
  filesOf(directory: string): { readonly path: string; readonly isSent: boolean }[] {
    return this.#follower
      .files()
      .filter(({ stored }) => stored.path.startsWith(directory))
      .map(({ stored, isSent }) => ({ path: stored.path, isSent }));
  }

  /** Sends no more, waits a little for what is being sent, and closes. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#stopping.abort(), this.#config.stopMs);
    this.#isStopping = true;
    this.#resting.abort();
    await Promise.allSettled([this.#loop, this.#beating, ...this.#running]);
    clearTimeout(timer);
    this.#stopping.abort();
    await this.#journal.close();
    this.#follower.close();
    this.#sender.close();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      const now = Date.now();
      if (now >= this.#scanAt) {
        this.#scan(now);
        this.#scanAt = Date.now() + this.#config.scanMs;
      }
      for (const file of this.#follower.files()) if (file.isDue(now)) this.#look(file, now);
      this.#pump();
      await sleep(TICK_MS);
    }
  }

  /** Tells the server how the agent does, until it stops. A server that cannot be told is asked again at the next turn. */
  async #beat(id: string): Promise<void> {
    const { heartbeatMs, project } = this.#config;
    const { signal } = this.#resting;
    while (!signal.aborted) {
      await this.#sender.report(heartbeatOf(id, this.#config, this.status()), project, signal);
      await sleep(heartbeatMs, undefined, { signal }).catch(() => {}); // ends early when stopping
    }
  }

  #scan(now: number): void {
    try {
      this.#follower.scan(now);
    } catch (error) {
      this.#log('error', 'scan_failed', error instanceof Error ? error.message : String(error));
    }
  }

  #look(file: TailedFile, now: number): void {
    if (file.isReading || now < (this.#restUntil.get(file) ?? 0)) return;
    try {
      const state = file.poll(now);
      if (state === 'ready') this.#ready.add(file);
      if (state === 'replaced') this.#follower.startAnew(file);
      if (state === 'finished') this.#follower.finish(file);
      if (file.descriptor === null) this.#follower.giveUp(file);
    } catch (error) {
      this.#failed(file, error);
    }
  }

  /** Starts requests while there are files to send and buffers to send them from. */
  #pump(): void {
    for (const file of this.#ready) {
      if (this.#isStopping || this.#running.size >= this.#config.inFlight) return;
      this.#ready.delete(file);
      if (file.isReading || file.descriptor === null) continue;
      const buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(bufferBytes(this.#config.batchBytes));
      const running: Promise<void> = this.#handOver(file, buffer)
        .catch((error: unknown) => this.#failed(file, error))
        .finally(() => {
          this.#free.push(buffer);
          this.#running.delete(running);
          this.#pump();
        });
      this.#running.add(running);
    }
  }

  async #handOver(file: TailedFile, buffer: Buffer): Promise<void> {
    const piece = await this.#next(file, buffer);
    if (piece.kind === 'replaced') this.#follower.startAnew(file);
    if (piece.kind !== 'events') return;
    const { range, assembled, isNew } = piece;
    file.sending.add(range.start);
    try {
      const noted = isNew ? this.#note({ type: 'range', id: file.stored.id, ...range }) : Promise.resolve();
      if (file.hasMore) {
        this.#ready.add(file);
        this.#pump();
      }
      const status = this.#status.of(file.source.id);
      status.bytesRead += range.end - range.start;
      status.eventsDropped += assembled.dropped;
      if (assembled.body.length === 0) await noted;
      else if (!(await this.#send(file, piece, noted))) return;
      // Not waited for: without it in the journal the same batch goes out again under the same id.
      this.#note({ type: 'acknowledged', id: file.stored.id, start: range.start }).catch(() => {}); // ends when stopping
    } finally {
      file.sending.delete(range.start);
    }
  }

  async #next(file: TailedFile, buffer: Buffer): Promise<Piece> {
    file.isReading = true;
    try {
      return await file.next(buffer, Date.now());
    } finally {
      file.isReading = false;
    }
  }

  /** Whether the server has it. */
  async #send(file: TailedFile, { range, assembled }: Events, noted: Promise<void>): Promise<boolean> {
    const parameters = this.#parametersOf(file);
    parameters.set('batch_id', `${file.stored.id}:${range.start}-${range.end}`);
    const answer = await this.#sender.send({ body: assembled.body, parameters, noted }, this.#stopping.signal);
    const status = this.#status.of(file.source.id);
    if (answer.kind === 'refused') {
      const message = `the server refused events: ${answer.status} ${answer.detail}`;
      if (status.error !== message)
        this.#log('error', 'batch_refused', message, { source: file.source.id, path: file.stored.path });
      status.error = message;
      this.#restUntil.set(file, Date.now() + this.#config.restMs);
      return false;
    }
    status.error = null;
    status.eventsSent += answer.events;
    if (answer.isDuplicate) status.duplicateBatches++;
    this.#status.lastAcceptedAt = new Date();
    this.#status.lastError = null;
    return true;
  }

  #parametersOf({ source, stored }: TailedFile): URLSearchParams {
    const { host, project, environment, labels } = this.#config;
    const pod = source.format === 'lines' ? {} : podOf(stored.name);
    const attributes = { ...labels, ...source.labels, ...pod, 'log.file.path': stored.name };
    const parameters = new URLSearchParams({ host, source: 'moalog-agent', attributes: JSON.stringify(attributes) });
    const optional = {
      project: source.project ?? project,
      environment: source.environment ?? environment,
      service: source.service,
      timezone: source.timezone,
    };
    for (const [name, value] of Object.entries(optional)) if (value !== undefined) parameters.set(name, value);
    return parameters;
  }

  /** Resolves when the entry is durable: a disk that is full is waited for. */
  async #note(entry: Parameters<Journal['append']>[0]): Promise<void> {
    let write = this.#journal.append(entry);
    for (;;) {
      try {
        return await write;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#log('error', 'state_unwritable', `the state directory cannot be written: ${reason}`);
        this.#status.lastError = reason;
        await sleep(this.#config.restMs, undefined, { signal: this.#stopping.signal });
        write = this.#journal.sync();
      }
    }
  }

  #retried(reason: string, pauseMs: number): void {
    this.#status.retries++;
    if (this.#status.lastError !== reason)
      this.#log('warn', 'send_failed', `${reason}; it is tried again`, { pauseMs: Math.round(pauseMs) });
    this.#status.lastError = reason;
  }

  #failed(file: TailedFile, error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#restUntil.set(file, Date.now() + this.#config.restMs);
    const status = this.#status.of(file.source.id);
    if (status.error !== reason) this.#log('error', 'file_failed', reason, { path: file.stored.path });
    status.error = reason;
  }
}
