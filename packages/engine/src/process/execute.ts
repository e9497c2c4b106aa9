import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { literal } from './literal.ts';
import { streamingOf, withoutLines } from './output-formats.ts';
import type { Slots, StatementContext } from './slots.ts';
import { dataInsert, killByOurId, kindOf, type StatementKind, TRAILING_FORMAT } from './statement.ts';

export interface Shares {
  readonly reads: Slots;
  readonly writes: Slots;
  /** For KILL QUERY, which must never wait behind what it is to end. */
  readonly control: Slots;
}

/** Counts for X-ClickHouse-Summary. */
export interface Summary {
  readonly readRows: number;
  readonly readBytes: number;
  readonly elapsedNs: number;
}

/** Where an answer goes: `write` resolves when more may come; rejects when the client is gone. */
export interface Answer {
  write(chunk: Uint8Array): Promise<void>;
}

/** Text of the statement that a URL query and a body make; the body stays unread where it is data for an INSERT. */
export async function statementOf(query: string, body: Readable): Promise<{ sql: string; data: Readable | null }> {
  if (query !== '' && kindOf(query) === 'insert') return { sql: query, data: body };
  const rest = await text(body);
  return { sql: query === '' ? rest : `${query}\n${rest}`, data: null };
}

/** Runs one statement on a session of the right share. Reads are streamed into `answer`. */
export async function execute(
  shares: Shares,
  statement: { sql: string; data: Readable | null; format: string; temporary: string },
  context: StatementContext,
  answer: Answer,
): Promise<Summary> {
  const kind = kindOf(statement.sql);
  const slots = share(shares, kind);
  if (kind === 'insert') return insert(slots, statement, context);
  if (kind === 'read') return read(shares, statement, context, answer);
  return slots.use(context, async (session) => {
    const sql = kind === 'kill' ? killByOurId(statement.sql) : statement.sql;
    const result = await session.queryAsync(sql, { format: statement.format });
    const bytes = result.bytes();
    if (bytes.length > 0) await answer.write(bytes);
    return { readRows: result.rowsRead, readBytes: result.bytesRead, elapsedNs: Math.round(result.elapsed * 1e9) };
  });
}

function read(shares: Shares, statement: { sql: string; format: string; temporary: string }, context: StatementContext, answer: Answer): Promise<Summary> {
  const streaming = streamingOf(statement.format);
  if (streaming.how === 'file') return readThroughFile(shares.writes, statement, context, answer);
  return shares.reads.use(context, async (session) => {
    const startedAt = process.hrtime.bigint();
    const elapsedNs = (): number => Number(process.hrtime.bigint() - startedAt);
    if (streaming.how === 'whole') {
      const result = await session.queryAsync(statement.sql, { format: statement.format });
      await answer.write(result.bytes());
      return { readRows: result.rowsRead, readBytes: result.bytesRead, elapsedNs: elapsedNs() };
    }
    const stream = session.queryStream(statement.sql, { format: statement.format });
    let chunks = 0;
    try {
      for await (const chunk of stream) {
        const again = streaming.how === 'headed' && chunks++ > 0;
        await answer.write(again ? withoutLines(chunk.raw(), streaming.headLines) : chunk.raw());
      }
    } finally {
      stream.cancel();
    }
    return { readRows: 0, readBytes: 0, elapsedNs: elapsedNs() };
  });
}

/** Column formats have a footer: the engine writes the file block by block, with bounded memory, and it is sent when it is whole. */
async function readThroughFile(slots: Slots, statement: { sql: string; format: string; temporary: string }, context: StatementContext, answer: Answer): Promise<Summary> {
  const directory = await mkdtemp(path.join(statement.temporary, 'select-'));
  try {
    const file = path.join(directory, 'data');
    const select = statement.sql.replace(TRAILING_FORMAT, '');
    const summary = await run(slots, `INSERT INTO FUNCTION file(${literal(file)}, ${literal(statement.format)}) ${select}`, context);
    for await (const chunk of createReadStream(file)) await answer.write(chunk as Uint8Array);
    return summary;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const share = (shares: Shares, kind: StatementKind): Slots => (kind === 'kill' ? shares.control : kind === 'read' ? shares.reads : shares.writes);

/** Data of an INSERT is written to a file first: the engine reads a file several times faster than data in the statement's text. */
async function insert(
  slots: Slots,
  statement: { sql: string; data: Readable | null; temporary: string },
  context: StatementContext,
): Promise<Summary> {
  const split = dataInsert(statement.sql);
  if (split === null) {
    const rows = statement.data === null ? '' : await text(statement.data);
    return run(slots, `${statement.sql}${rows === '' ? '' : `\n${rows}`}`, context);
  }
  const directory = await mkdtemp(path.join(statement.temporary, 'insert-'));
  try {
    const file = path.join(directory, 'data');
    await pipeline(async function* () {
      if (split.head !== '') yield Buffer.from(split.head);
      if (statement.data !== null) yield* statement.data;
    }, createWriteStream(file));
    if ((await stat(file)).size === 0) return { readRows: 0, readBytes: 0, elapsedNs: 0 };
    return await run(slots, split.fromFile(literal(file)), context);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function run(slots: Slots, sql: string, context: StatementContext): Promise<Summary> {
  return slots.use(context, async (session) => {
    const result = await session.queryAsync(sql);
    return { readRows: result.rowsRead, readBytes: result.bytesRead, elapsedNs: Math.round(result.elapsed * 1e9) };
  });
}
