// The engine's process: hosts chDB and serves it over ClickHouse's HTTP interface. Started by supervisor.ts, which gives its options as
// one JSON argument over IPC; ends when its parent does.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import type { EngineProcessOptions, EngineProcessReport } from '../protocol.ts';
import { createHandler } from './handler.ts';
import { serverConfig } from './server-config.ts';
import { Slots } from './slots.ts';

const report = (message: EngineProcessReport): void => {
  process.send?.(message);
};

async function main(options: EngineProcessOptions): Promise<void> {
  const temporary = path.join(options.dataDir, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  const store = path.join(options.dataDir, 'store');
  const configFile = path.join(options.dataDir, 'engine.xml');
  writeFileSync(configFile, serverConfig({ memoryMaxBytes: options.memoryMaxBytes, temporary: `${temporary}/` }));

  const args = [`--config-file=${configFile}`];
  const writes = await Slots.open(store, args, options.writeSessions, { maxWaiting: options.maxWaiting });
  const reads = await Slots.open(store, args, options.readSessions, { fixed: 'readonly = 2', maxWaiting: options.maxWaiting });
  const control = await Slots.open(store, args, 1, { maxWaiting: 1_000 });
  const context = { queryId: 'start', database: 'default', settings: new Map(), parameters: new Map() };
  const version = await writes.use(context, async (session) => (await session.queryAsync('SELECT version()', { format: 'TSVRaw' })).text().trim());

  const handler = createHandler({ shares: { reads, writes, control }, username: options.username, password: options.password, version, temporary });
  const server = createServer((request, response) => void handler(request, response));
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  server.listen(options.port, '127.0.0.1', () => {
    const address = server.address();
    report({ type: 'ready', port: typeof address === 'object' && address !== null ? address.port : options.port, version });
  });

  let closing = false;
  const close = (): void => {
    if (closing) return;
    closing = true;
    server.close(() => {
      writes.close();
      reads.close();
      control.close();
      process.exit(0);
    });
    server.closeIdleConnections();
    // What reads is ended, what writes is let finish.
    void control.use({ ...context, queryId: 'close' }, (session) => session.queryAsync("KILL QUERY WHERE query NOT ILIKE 'INSERT%' AND query NOT ILIKE 'KILL%' ASYNC")).catch(() => {});
  };
  process.on('message', (message) => {
    if (message === 'close') close();
  });
}

// Signals of a terminal reach the whole group: the parent decides when the engine ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
// The parent is gone, even by kill -9: nobody would ever stop this process.
process.on('disconnect', () => process.exit(0));
process.once('message', (options: EngineProcessOptions) => {
  main(options).catch((error: unknown) => {
    report({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  });
});
