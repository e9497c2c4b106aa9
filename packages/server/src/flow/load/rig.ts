import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Engine, startEngine } from '@moalog/engine';
import { pino } from 'pino';
import type { Pipeline } from '#pipeline';
import { openStore, type Store } from '#store';
import type { FrameHeader, Segment } from '#transport';
import { frameIndexLine } from '../transport/spool/frame-index.ts';
import type { LoadParts } from './load-segment.ts';
import { KnownZones, loadSegment } from './load-segment.ts';

/** One event as the tests read it back; times in UTC. */
export interface LoadedEvent {
  readonly project: string;
  readonly timestamp: string;
  readonly received_at: string;
  readonly event_id: string;
  readonly level: string;
  readonly service: string;
  readonly environment: string;
  readonly host: string;
  readonly source: string;
  readonly message: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly retention_days: number;
}

export interface TestFrame {
  readonly header?: Partial<FrameHeader>;
  readonly lines: readonly (string | Buffer)[];
}

const ROWS_A_SEGMENT = 2 ** 24;

/** A real engine and store in a directory of their own; tests write segments by hand and read rows back. */
export class Rig {
  readonly dir: string;
  readonly engine: Engine;
  readonly store: Store;
  /** When frames arrive unless a test says otherwise. */
  readonly receivedAt = Date.UTC(2026, 10, 20, 12, 0, 0, 500);
  readonly #zones: KnownZones;
  #seq = 0;
  pipelines: LoadParts['pipelines'] = { inForce: async () => new Map() };

  private constructor(dir: string, engine: Engine, store: Store) {
    this.dir = dir;
    this.engine = engine;
    this.store = store;
    this.#zones = new KnownZones(store);
  }

  static async open({ readsLocalFiles = true }: { readsLocalFiles?: boolean } = {}): Promise<Rig> {
    const dir = await mkdtemp(path.join(tmpdir(), 'moalog-load-'));
    const log = pino({ level: 'silent' });
    const engine = await startEngine({ dataDir: path.join(dir, 'engine'), log });
    const { url, username, password } = engine;
    const store = await openStore({
      url,
      username,
      password,
      database: 'moalog',
      readsLocalFiles,
      retentionDays: 30,
      log,
    });
    return new Rig(dir, engine, store);
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.engine.close();
    await rm(this.dir, { recursive: true, force: true });
  }

  /** Writes a segment file and its frame index as the spool does. */
  async segment(frames: readonly TestFrame[]): Promise<Segment> {
    const seq = this.#seq++;
    const base = path.join(this.dir, String(seq).padStart(12, '0'));
    const bytes: Buffer[] = [];
    let rows = 0;
    let index = '';
    for (const { header, lines } of frames) {
      const whole: FrameHeader = {
        project: 'default',
        source: 'test',
        receivedAt: this.receivedAt,
        defaults: {},
        fields: {},
        ...header,
      };
      bytes.push(Buffer.from('\x01{"header":true}\n'));
      for (const line of lines) bytes.push(Buffer.from(line), Buffer.from('\n'));
      index += frameIndexLine(whole, { headerRow: rows, rows: lines.length, end: 0 });
      rows += 1 + lines.length;
    }
    const content = Buffer.concat(bytes);
    await writeFile(`${base}.seg`, content);
    await writeFile(`${base}.frames`, index);
    return {
      seq,
      path: `${base}.seg`,
      framesPath: `${base}.frames`,
      rows,
      bytes: content.length,
      token: `rig-${seq}`,
      firstEventId: BigInt(seq) * BigInt(ROWS_A_SEGMENT),
    };
  }

  async load(
    segment: Segment,
    { retention = new Map(), isRefused = false }: { retention?: ReadonlyMap<string, number>; isRefused?: boolean } = {},
  ): Promise<void> {
    const store = { ...this.store, projectRetention: async () => retention };
    await loadSegment({ store, zones: this.#zones, pipelines: this.pipelines }, segment, AbortSignal.timeout(60_000), {
      isRefused,
    });
  }

  /** By what projects' events are loaded from now on. */
  usePipelines(pipelines: ReadonlyMap<string, Pipeline>): void {
    this.pipelines = { inForce: async () => pipelines };
  }

  /** As if the store were on another machine. */
  async loadAsBody(segment: Segment): Promise<void> {
    const store = { ...this.store, readsLocalFiles: false };
    await loadSegment({ store, zones: this.#zones, pipelines: this.pipelines }, segment, AbortSignal.timeout(60_000));
  }

  /** Waits until the engine answers again after it was killed. */
  async answering(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if ((await this.store.client.ping({ select: true })).success) return;
      await sleep(100);
    }
    throw new Error('the engine did not come back');
  }

  /** Events of a segment in order of their lines. */
  async events(segment: Segment): Promise<LoadedEvent[]> {
    const result = await this.store.client.query({
      query: 'SELECT * FROM logs WHERE event_id >= {from:UInt64} AND event_id < {to:UInt64} ORDER BY event_id',
      query_params: { from: String(segment.firstEventId), to: String(segment.firstEventId + BigInt(ROWS_A_SEGMENT)) },
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
    });
    return result.json<LoadedEvent>();
  }

  /** Loads one frame and answers its events. */
  async loadLines(lines: readonly (string | Buffer)[], header: Partial<FrameHeader> = {}): Promise<LoadedEvent[]> {
    const segment = await this.segment([{ header, lines }]);
    await this.load(segment);
    return this.events(segment);
  }

  /** The event of one JSON document. */
  async loadDocument(document: unknown, header: Partial<FrameHeader> = {}): Promise<LoadedEvent> {
    return this.loadLine(JSON.stringify(document), header);
  }

  async loadLine(line: string | Buffer, header: Partial<FrameHeader> = {}): Promise<LoadedEvent> {
    const [event] = await this.loadLines([line], header);
    if (event === undefined) throw new Error('the line is not in the store');
    return event;
  }
}
