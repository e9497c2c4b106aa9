// The engine's process: hosts chDB and serves it over ClickHouse's HTTP interface. Started by supervisor.ts, which gives its options and the
// listening socket over IPC; ends when its parent does.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';
import path from 'node:path';
import { CONTROL_SESSIONS, type EngineOrder, type EngineProcessOptions, type EngineReport } from '../protocol.ts';
import { repairDeduplicationLogs } from './deduplication-logs.ts';
import { Executor } from './execute.ts';
import { Gate } from './gate.ts';
import { createHandler } from './handler.ts';
import { makePipes } from './pipes.ts';
import { succeedPredecessor } from './predecessor.ts';
import { serverConfig, statementDefaults } from './server-config.ts';
import { Sessions, type StatementContext } from './sessions.ts';

const START: StatementContext = {
  queryId: 'start',
  database: '',
  settings: new Map(),
  parameters: new Map(),
  named: null,
};

/** Parameters of a query stand in its address; ClickHouse's own limit. */
const MAX_ADDRESS_BYTES = 1024 ** 2;

const report = (message: EngineReport): void => {
  process.send?.(message);
};

interface RunningEngine {
  readonly version: string;
  readonly http: HttpServer;
  close(): Promise<void>;
}

async function open(options: EngineProcessOptions): Promise<RunningEngine> {
  mkdirSync(options.dataDir, { recursive: true });
  await succeedPredecessor(options.dataDir);
  repairDeduplicationLogs(path.join(options.dataDir, 'store'));
  const temporary = path.join(options.dataDir, 'transfer');
  const configFile = path.join(options.dataDir, 'engine.xml');
  writeFileSync(
    configFile,
    serverConfig({ memoryMaxBytes: options.memoryMaxBytes, temporary: `${path.join(options.dataDir, 'tmp')}/` }),
  );
  const sessions = new Sessions(
    path.join(options.dataDir, 'store'),
    [`--config-file=${configFile}`],
    statementDefaults(options.memoryMaxBytes),
  );
  // The store is locked now: what a process before left is nobody's.
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const pipes = makePipes(temporary, options.readSessions);
  const version = await sessions.use(START, async (session) =>
    Buffer.from((await session.query('SELECT version()', 'TSVRaw')).bytes)
      .toString()
      .trim(),
  );

  const executor = new Executor({
    sessions,
    reads: new Gate(options.readSessions, options.maxWaiting),
    writes: new Gate(options.writeSessions, options.maxWaiting),
    control: new Gate(CONTROL_SESSIONS, options.maxWaiting),
    pipes,
    temporary,
  });
  let closing = false;
  const handler = createHandler({
    executor,
    username: options.username,
    password: options.password,
    version,
    isClosing: () => closing,
  });
  const http = createServer(
    { requestTimeout: 0, keepAliveTimeout: 60_000, maxHeaderSize: MAX_ADDRESS_BYTES },
    (request, response) => {
      if (closing) response.shouldKeepAlive = false;
      void handler(request, response);
    },
  );
  return {
    version,
    http,
    async close() {
      closing = true;
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      http.closeIdleConnections();
      // What reads is ended, what writes is let finish.
      await executor.killAllButInserts().catch(() => {});
      await closed;
      sessions.close();
    },
  };
}

async function obey(order: EngineOrder, socket: Server | undefined): Promise<void> {
  if (order.type === 'open') {
    engine = await open(order.options);
    report({ type: 'ready', version: engine.version });
  } else if (order.type === 'listen') {
    engine?.http.listen(socket, () => report({ type: 'listening' }));
  } else {
    await engine?.close();
    process.exit(0);
  }
}

let engine: RunningEngine | undefined;

// Signals of a terminal reach the whole group: the parent decides when the engine ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// The parent is gone, even by kill -9: nobody would ever stop this process, and the next one waits for the store's lock. What was
// acknowledged is on disk; a clean close may wait for a long statement.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (order: EngineOrder, socket: Server | undefined) => {
  obey(order, socket).catch((error: unknown) => {
    report({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    setTimeout(() => process.exit(1), 50);
  });
});
