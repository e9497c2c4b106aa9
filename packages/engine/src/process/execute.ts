import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { InsertData } from './body.ts';
import type { Gate } from './gate.ts';
import { literal } from './literal.ts';
import type { Session } from './native.ts';
import { openPipe } from './pipes.ts';
import type { Sessions, StatementContext } from './sessions.ts';
import type { Statement } from './statement.ts';

/** Counts for X-ClickHouse-Summary. chDB does not tell what a statement read, except in JSON's own statistics. */
export interface Summary {
  readonly readRows: number;
  readonly readBytes: number;
  readonly writtenRows: number;
  readonly writtenBytes: number;
  readonly resultRows: number;
  readonly resultBytes: number;
  readonly elapsedNs: number;
}

/** Takes the bytes of an answer while they are made. Resolves when all is read; must not reject. */
export type Reader = (output: Readable) => Promise<void>;

export interface ExecutorOptions {
  readonly sessions: Sessions;
  readonly reads: Gate;
  readonly writes: Gate;
  /** For KILL QUERY, which must never wait behind what it is to end. */
  readonly control: Gate;
  /** A named pipe for each slot of `reads`. */
  readonly pipes: readonly string[];
  /** Directory for data of INSERTs and for answers that are sent whole. */
  readonly temporary: string;
}

export class Executor {
  readonly #options: ExecutorOptions;

  constructor(options: ExecutorOptions) {
    this.#options = options;
  }

  /** Runs a statement that answers rows and hands its bytes to `read`. `whole` keeps them in a file until the end. */
  result(
    statement: Extract<Statement, { kind: 'result' }>,
    how: { format: string; compression: string | null; whole: boolean; signal: AbortSignal },
    context: StatementContext,
    read: Reader,
  ): Promise<Summary> {
    return this.#options.reads.pass(how.signal, (slot) =>
      this.#options.sessions.use(context, async (session) => {
        if (how.whole)
          return this.#throughFile(
            session,
            (file) => statement.intoFile(file, how.format, how.compression),
            how.format,
            read,
          );
        const pipe = this.#options.pipes[slot] ?? '';
        return throughPipe(session, pipe, statement.intoFile(pipe, how.format, how.compression), how.format, read);
      }),
    );
  }

  async insert(sql: string, context: StatementContext, signal: AbortSignal): Promise<Summary> {
    return this.#options.writes.pass(signal, () =>
      this.#options.sessions.use(context, (session) => write(session, sql)),
    );
  }

  /**
   * Data of an INSERT is kept in a file first: the engine reads a file several times faster than data in the statement's text, a slow sender holds
   * no session, and a body that breaks off inserts nothing.
   */
  async insertData(
    statement: Extract<Statement, { kind: 'insert-data' }>,
    data: InsertData,
    context: StatementContext,
    signal: AbortSignal,
  ): Promise<Summary> {
    const file = this.#temporaryFile('insert');
    try {
      const bytes = await data.writeTo(file);
      return await this.insert(statement.fromFile(file, bytes === 0 ? 'none' : data.compression), context, signal);
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Statements with no rows or a few: definitions, KILL, OPTIMIZE. */
  async other(
    sql: string,
    format: string,
    context: StatementContext,
    how: { isKill: boolean; signal: AbortSignal },
  ): Promise<{ summary: Summary; bytes: Uint8Array }> {
    const gate = how.isKill ? this.#options.control : this.#options.writes;
    return gate.pass(how.signal, () =>
      this.#options.sessions.use(context, async (session) => {
        const result = await session.query(sql, format);
        return { summary: { ...NOTHING, elapsedNs: nanoseconds(result.elapsed) }, bytes: result.bytes };
      }),
    );
  }

  /** Ends the statements of a request. They answer code 394. */
  async kill(queryId: string): Promise<void> {
    await this.#control(`KILL QUERY WHERE Settings['log_comment'] = ${literal(queryId)} ASYNC`);
  }

  async killAllButInserts(): Promise<void> {
    await this.#control("KILL QUERY WHERE query_kind NOT IN ('Insert', 'KillQuery') ASYNC");
  }

  async #control(sql: string): Promise<void> {
    const context: StatementContext = {
      queryId: `control-${randomUUID()}`,
      database: '',
      settings: new Map(),
      parameters: new Map(),
      named: null,
    };
    await this.#options.sessions.use(context, (session) => session.query(sql));
  }

  async #throughFile(
    session: Session,
    statementFor: (file: string) => string,
    format: string,
    read: Reader,
  ): Promise<Summary> {
    const file = this.#temporaryFile('answer');
    try {
      const result = await session.query(statementFor(file), format);
      await read(createReadStream(file));
      return resultSummary(result);
    } finally {
      await rm(file, { force: true });
    }
  }

  #temporaryFile(what: string): string {
    return path.join(this.#options.temporary, `${what}-${randomUUID()}`);
  }
}

const NOTHING: Summary = {
  readRows: 0,
  readBytes: 0,
  writtenRows: 0,
  writtenBytes: 0,
  resultRows: 0,
  resultBytes: 0,
  elapsedNs: 0,
};
const nanoseconds = (seconds: number): number => Math.round(seconds * 1e9);

const resultSummary = (result: { rowsRead: number; bytesRead: number; elapsed: number }): Summary => ({
  ...NOTHING,
  resultRows: result.rowsRead,
  resultBytes: result.bytesRead,
  elapsedNs: nanoseconds(result.elapsed),
});

async function write(session: Session, sql: string): Promise<Summary> {
  const { rowsWritten, bytesWritten, elapsed } = await session.write(sql);
  return {
    readRows: rowsWritten,
    readBytes: bytesWritten,
    writtenRows: rowsWritten,
    writtenBytes: bytesWritten,
    resultRows: rowsWritten,
    resultBytes: bytesWritten,
    elapsedNs: nanoseconds(elapsed),
  };
}

/** The slot, and with it the pipe, is free again only when both ends are done. */
async function throughPipe(
  session: Session,
  file: string,
  sql: string,
  format: string,
  read: Reader,
): Promise<Summary> {
  const pipe = openPipe(file);
  const reading = read(pipe.output);
  try {
    // SHOW TABLES and its kind lose their FORMAT on the way through the engine: it is given as the default too.
    return resultSummary(await session.query(sql, format));
  } finally {
    pipe.endWriting();
    await reading;
  }
}
