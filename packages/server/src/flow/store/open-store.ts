import { createClient } from '@clickhouse/client';
import type { Logger } from 'pino';
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';
import { storeError } from './store-error.ts';

export interface StoreOptions {
  /** Address of the ClickHouse HTTP interface, without user and database. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly readsLocalFiles: boolean;
  readonly retentionDays: number;
  /** Days by project; none of its own when absent. */
  readonly projectRetention?: () => Promise<ReadonlyMap<string, number>>;
  readonly log: Logger;
}

/** How often /readyz's idea of the store is refreshed. */
const PING_INTERVAL_MS = 2_000;
/** Loads of large segments and exports may run long; each statement has its own limit below this one. */
const REQUEST_TIMEOUT_MS = 600_000;
/** Under the 10 s for which the engine keeps an idle connection. */
const IDLE_SOCKET_MS = 2_500;
const MAX_SOCKETS = 128;
/** Starting an engine on a large store takes seconds; a store that is away for longer is a fault to report. */
const OPEN_TRIES = 20;
const OPEN_RETRY_MS = 500;

/** Connects, creates the database when it is missing, migrates it, and watches whether it answers. Rejects with a MoalogError, or StoreTooNewError. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { database, readsLocalFiles, retentionDays, log } = options;
  await createDatabase(options);
  const client = createClient({ ...connection(options), database });
  try {
    const { applied, version } = await migrate(client);
    if (applied.length > 0)
      log.info({ event: 'store_migrated', applied, version }, 'brought the store to this version');
  } catch (error) {
    await client.close();
    throw error instanceof Error && error.name === 'StoreTooNewError' ? error : storeError(error);
  }
  let why: string | null = null;
  const watch = setInterval(() => {
    void client.ping().then((result) => {
      const now = result.success ? null : storeError(result.error).message;
      if ((now === null) !== (why === null))
        log.warn({ event: now === null ? 'store_back' : 'store_away', why: now }, now ?? 'the store answers again');
      why = now;
    });
  }, PING_INTERVAL_MS);
  watch.unref();
  return {
    client,
    database,
    readsLocalFiles,
    retentionDays,
    projectRetention: options.projectRetention ?? (async () => new Map()),
    unavailable: () => why,
    async close() {
      clearInterval(watch);
      await client.close();
    },
  };
}

function connection({ url, username, password }: StoreOptions) {
  return {
    url,
    username,
    password,
    application: 'moalog',
    request_timeout: REQUEST_TIMEOUT_MS,
    max_open_connections: MAX_SOCKETS,
    compression: { request: false, response: false },
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS, eagerly_destroy_stale_sockets: true },
    log: { level: 127 as const },
  };
}

async function createDatabase(options: StoreOptions): Promise<void> {
  const client = createClient(connection(options));
  try {
    for (let tries = 1; ; tries++) {
      try {
        await client.command({
          query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier}',
          query_params: { database: options.database },
        });
        return;
      } catch (error) {
        const known = storeError(error);
        if (known.code !== 'engine_unavailable' || tries === OPEN_TRIES) throw known;
        await new Promise((resolve) => setTimeout(resolve, OPEN_RETRY_MS));
      }
    }
  } finally {
    await client.close();
  }
}
