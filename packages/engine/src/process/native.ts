import { createRequire } from 'node:module';

/** What the engine says of a statement: of the rows it answers, or of the rows it wrote. */
export interface ReadCounts {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  /** Seconds. */
  readonly elapsed: number;
}
export interface WriteCounts {
  /** Rows written, views included. */
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  /** Seconds. */
  readonly elapsed: number;
}

/** What chdb 3.4.0 reads from its library. */
interface Binding {
  CreateConnection(path: string, args: readonly string[]): Connection;
  CloseConnection(connection: Connection): void;
  QueryWithConnection(connection: Connection, sql: string, format: string): string;
  QueryAsyncConnection(connection: Connection, sql: string, format: string): Promise<ReadCounts>;
  InsertRawAsyncConnection(
    connection: Connection,
    sql: string,
    data: Buffer,
    countLines: boolean,
  ): Promise<WriteCounts>;
}
interface Connection {
  readonly opaque: unique symbol;
}

/** chDB's library is a package of its own for each platform. */
const LIBRARY_PACKAGES: Partial<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
};

export const libraryPackage = (): string | undefined => LIBRARY_PACKAGES[`${process.platform}-${process.arch}`];

/** Resolves packages as chdb does: its library is a dependency of its own, not of ours. */
export const requireAsChdb = (): NodeJS.Require =>
  (chdbRequire ??= createRequire(createRequire(import.meta.url).resolve('chdb')));
let chdbRequire: NodeJS.Require | undefined;

const NO_DATA = Buffer.alloc(0);

/**
 * One chDB session: runs one statement at a time; settings, parameters and temporary tables live and end with it. Opening and closing takes 0.15 ms.
 * Uses the library itself: chdb's Session puts a close off while any other session works, so that finished statements stay in
 * system.processes (where KILL QUERY … SYNC waits for them), and does not tell the rows written.
 */
export class Session {
  readonly #binding: Binding;
  readonly #connection: Connection;
  #running: Promise<unknown> | null = null;
  #isClosed = false;

  /** The first session of the process opens the store, with `args` in clickhouse-local's form. */
  constructor(path: string, args: readonly string[] = []) {
    // Loaded once, by require's own cache. It has no types; Binding is what is used of it.
    this.#binding = requireAsChdb()(libraryPackage() ?? '') as Binding;
    this.#connection = this.#binding.CreateConnection(path, args);
  }

  /** On this thread, for statements that touch the session alone (SET, USE: 0.05 ms). */
  set(sql: string): void {
    this.#binding.QueryWithConnection(this.#connection, sql, 'Null');
  }

  query(sql: string, format = 'Null'): Promise<ReadCounts> {
    return this.#track(this.#binding.QueryAsyncConnection(this.#connection, sql, format));
  }

  write(sql: string): Promise<WriteCounts> {
    return this.#track(this.#binding.InsertRawAsyncConnection(this.#connection, sql, NO_DATA, false));
  }

  /** After the statement that runs, if any: closing under it would end the process. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const close = (): void => this.#binding.CloseConnection(this.#connection);
    if (this.#running === null) close();
    else this.#running.then(close, close);
  }

  #track<T>(running: Promise<T>): Promise<T> {
    this.#running = running;
    const done = (): void => {
      this.#running = null;
    };
    running.then(done, done);
    return running;
  }
}
