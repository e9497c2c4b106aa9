import path from 'node:path';
import { EngineStartError, startEngine } from '@moalog/engine';
import type { Logger } from 'pino';
import type { Config } from '#config';
import type { Metrics } from '#metrics';
import { StartError } from './data-directory.ts';

/** How the store reaches ClickHouse, wherever it runs. */
export interface EngineConnection {
  readonly connection: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly database: string;
    readonly readsLocalFiles: boolean;
  };
  readonly pid: () => number | undefined;
  readonly residentBytes: () => number;
  close(): Promise<void>;
}

/** Share of the product's memory that the engine may use; the rest is for the server process. */
const ENGINE_MEMORY_SHARE = 0.7;

/** The embedded engine, or the ClickHouse server of `clickhouseUrl`. */
export async function startOrConnectEngine({
  config,
  log,
  metrics,
}: {
  config: Config;
  log: Logger;
  metrics: Metrics;
}): Promise<EngineConnection> {
  if (config.clickhouseUrl !== undefined) return connect(new URL(config.clickhouseUrl));
  const engine = await startEngine({
    dataDir: path.join(config.dataDir, 'engine'),
    memoryMaxBytes: Math.floor(config.memoryMaxBytes * ENGINE_MEMORY_SHARE),
    log,
  }).catch((error: unknown) => {
    throw error instanceof EngineStartError ? new StartError(error.message, { cause: error }) : error;
  });
  engine.onRestart(() => metrics.engineRestarts.inc());
  return {
    connection: {
      url: engine.url,
      username: engine.username,
      password: engine.password,
      database: 'moalog',
      readsLocalFiles: true,
    },
    pid: () => engine.pid(),
    residentBytes: () => engine.residentBytes(),
    close: () => engine.close(),
  };
}

function connect(url: URL): EngineConnection {
  return {
    connection: {
      url: url.origin,
      username: decodeURIComponent(url.username) || 'default',
      password: decodeURIComponent(url.password),
      database: url.pathname.slice(1) || 'moalog',
      readsLocalFiles: false,
    },
    pid: () => undefined,
    residentBytes: () => 0,
    close: async () => {},
  };
}
