import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { pipeline as pipelineDone } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { EngineError } from './errors.ts';
import { parseStatement, type Statement } from './statement.ts';

/** Rows of an INSERT as they came, to be kept in a file. */
export interface InsertData {
  /** How the file is compressed, in the engine's names: it inflates itself. */
  readonly compression: string;
  writeTo(file: string): Promise<number>;
}

export interface AskedStatement {
  readonly statement: Statement;
  /** For `insert-data` alone. */
  readonly data: InsertData | null;
}

/** The engine's names for content encodings; all can be read by it from a file. */
const COMPRESSIONS: Readonly<Record<string, string>> = {
  identity: 'none',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
  lz4: 'lz4',
  xz: 'xz',
  bz2: 'bz2',
  snappy: 'snappy',
};
/** A statement's text may be so long; of an INSERT, the part before its data (ClickHouse's max_query_size). */
const MAX_HEAD_BYTES = 262_144;
const MAX_TEXT_BYTES = 16 * 1024 ** 2;

/**
 * The statement that a URL query and a body make, by ClickHouse's rule: the body follows the query, and what follows the FORMAT of an INSERT
 * is data. Data is not read here; everything else is, up to 16 MiB.
 */
export async function readStatement(query: string, request: IncomingMessage): Promise<AskedStatement> {
  const encoding = String(request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const compression = COMPRESSIONS[encoding];
  if (compression === undefined)
    throw new EngineError(
      48,
      'NOT_IMPLEMENTED',
      `Unknown content encoding ${encoding}; use gzip, deflate, br, zstd or lz4`,
    );
  if (query.trim() !== '') {
    const statement = parseStatement(query);
    if (statement.kind === 'insert-data') {
      const inline = Buffer.from(query.slice(statement.dataStart));
      // Data that begins in the URL and goes on in the body has to be one text.
      const data =
        inline.length === 0 ? kept(compression, [], request) : kept('none', [inline], inflated(request, encoding));
      return { statement, data };
    }
  }
  return readText(query, inflated(request, encoding));
}

async function readText(query: string, body: Readable): Promise<AskedStatement> {
  const chunks: Buffer[] = query === '' ? [] : [Buffer.from(`${query}\n`)];
  let bytes = chunks[0]?.length ?? 0;
  let looked = false;
  const source = body[Symbol.asyncIterator]();
  for (;;) {
    const next = await source.next();
    if (next.done !== true) {
      const chunk = next.value as Buffer;
      chunks.push(chunk);
      bytes += chunk.length;
    }
    if (next.done !== true && (looked || bytes < MAX_HEAD_BYTES)) {
      if (bytes > MAX_TEXT_BYTES)
        throw new EngineError(
          62,
          'SYNTAX_ERROR',
          `Syntax error: Max query size exceeded: the statement has more than ${MAX_TEXT_BYTES} bytes`,
        );
      continue;
    }
    const head = Buffer.concat(chunks);
    // One byte, one character: binary data may follow, and offsets stay those of the bytes.
    const start = dataStartOf(head.toString('latin1'), next.done === true);
    if (start !== null) {
      const statement = parseStatement(head.subarray(0, start).toString('utf8'));
      return { statement, data: kept('none', [head.subarray(start)], next.done === true ? null : source) };
    }
    if (next.done === true) return { statement: parseStatement(head.toString('utf8')), data: null };
    looked = true;
  }
}

/** Where data begins; null when there is none. A text that is cut may be no statement yet. */
function dataStartOf(text: string, isWhole: boolean): number | null {
  try {
    const statement = parseStatement(text);
    return statement.kind === 'insert-data' ? statement.dataStart : null;
  } catch (error) {
    if (isWhole) throw error;
    return null;
  }
}

function kept(
  compression: string,
  head: readonly Buffer[],
  rest: AsyncIterable<unknown> | AsyncIterator<unknown> | null,
): InsertData {
  return {
    compression,
    async writeTo(file) {
      const out = createWriteStream(file, { mode: 0o600 });
      await pipelineDone(async function* () {
        yield* head;
        if (rest === null) return;
        // An iterator that was begun goes on where it stands.
        if (Symbol.asyncIterator in rest) yield* rest as AsyncIterable<Buffer>;
        else
          for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value as Buffer;
      }, out);
      return out.bytesWritten;
    },
  };
}

function inflated(request: IncomingMessage, encoding: string): Readable {
  const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
    zstd: createZstdDecompress,
  };
  if (encoding === 'identity') return request;
  const decoder = decoders[encoding]?.();
  if (decoder === undefined) {
    throw new EngineError(
      48,
      'NOT_IMPLEMENTED',
      `A statement's text cannot be read from ${encoding}, only the data of an INSERT; use gzip, deflate, br or zstd, or give the statement in the URL`,
    );
  }
  // Errors come out of the decoder, whoever raised them.
  return pipeline(request, decoder, () => {});
}
