import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable, Transform, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { constants, createBrotliCompress, createDeflate, createGzip, createZstdCompress } from 'node:zlib';
import type { EngineFailure } from './errors.ts';
import type { Summary } from './execute.ts';

/** How the answer's bytes are compressed: here, or by the engine where Node cannot. */
export type Compression =
  | { readonly name: string; readonly by: 'node'; open(): Transform }
  | { readonly name: string; readonly by: 'engine' };

const COMPRESSIONS: readonly Compression[] = [
  { name: 'zstd', by: 'node', open: () => createZstdCompress() },
  { name: 'br', by: 'node', open: () => createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }) },
  { name: 'lz4', by: 'engine' },
  { name: 'gzip', by: 'node', open: () => createGzip({ level: 3 }) },
  { name: 'deflate', by: 'node', open: () => createDeflate({ level: 3 }) },
];
/** The server's order of preference. */
const PREFERRED = ['br', 'gzip', 'deflate', 'zstd', 'lz4'];

export function compressionFor(request: IncomingMessage): Compression | null {
  const accepted = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]?.trim());
  const name = PREFERRED.find((one) => accepted.includes(one));
  return COMPRESSIONS.find((one) => one.name === name) ?? null;
}

/** So much of an answer is held back before its status is sent: an error up to there still gets a status of its own. */
const HELD_BYTES = 64 * 1024;

/** A client that takes nothing for so long loses its answer, so that it does not hold a place among the reading statements. */
const SEND_TIMEOUT_MS = 120_000;

/**
 * An answer in ClickHouse's way: held until it is whole or 64 KiB large, then streamed. An error that comes later ends the body with a marked
 * block (X-ClickHouse-Exception-Tag) and breaks the framing, so that no client takes the body as whole.
 */
export class Answer {
  readonly #response: ServerResponse;
  readonly #compression: Compression | null;
  readonly #tag = randomBytes(8).toString('hex');
  readonly #held: Uint8Array[] = [];
  #heldBytes = 0;
  #out: Writable | null = null;
  #encoder: Transform | null = null;

  constructor(response: ServerResponse, compression: Compression | null) {
    this.#response = response;
    this.#compression = compression;
  }

  /** Takes all of `input`, as fast as the client reads. Ends early when the client is gone. */
  async take(input: Readable): Promise<void> {
    try {
      for await (const chunk of input) {
        if (this.#response.destroyed) return;
        await this.write(chunk as Uint8Array);
      }
    } catch {
      // The client is gone or reads no more, or the pipe broke: what was sent is not the whole answer, whatever becomes of the statement.
      this.#response.destroy();
    } finally {
      input.destroy();
    }
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#out === null) {
      this.#held.push(chunk);
      this.#heldBytes += chunk.length;
      if (this.#heldBytes < HELD_BYTES) return;
      this.#start();
      return;
    }
    if (!this.#out.write(chunk)) await this.#drained();
  }

  async end(summary: Summary): Promise<void> {
    if (this.#out === null) {
      this.#response.setHeader('X-ClickHouse-Summary', summaryHeader(withStatistics(summary, this.#held)));
      if (this.#compression?.by !== 'node' || this.#heldBytes === 0) {
        this.#describe();
        this.#response.end(Buffer.concat(this.#held));
        return;
      }
      this.#start();
    }
    this.#out?.end();
  }

  /** Ends the answer with an error, by its status where nothing was sent yet. */
  async fail(failure: EngineFailure): Promise<void> {
    if (this.#out === null) return sendFailure(this.#response, failure);
    const text = `${failure.text}\n`;
    const block = `\r\n__exception__\r\n${this.#tag}\r\n${text}${Buffer.byteLength(text)} ${this.#tag}\r\n__exception__\r\n`;
    if (this.#encoder !== null) await this.#endEncoded(this.#encoder, block);
    else if (this.#compression === null) this.#response.write(block);
    // Sends what is written, then closes without the last chunk of the framing.
    this.#response.socket?.destroySoon();
  }

  /** As `pipe` would, but without the end of the response. */
  async #endEncoded(encoder: Transform, block: string): Promise<void> {
    encoder.unpipe(this.#response);
    encoder.on('data', (chunk: Uint8Array) => this.#response.write(chunk));
    encoder.end(block);
    await finished(encoder).catch(() => {});
  }

  #start(): void {
    this.#describe();
    if (this.#compression?.by === 'node') {
      this.#encoder = this.#compression.open();
      this.#encoder.pipe(this.#response);
      this.#out = this.#encoder;
    } else this.#out = this.#response;
    this.#out.write(Buffer.concat(this.#held.splice(0)));
  }

  #describe(): void {
    this.#response.setHeader('X-ClickHouse-Exception-Tag', this.#tag);
    if (this.#compression !== null && this.#heldBytes > 0)
      this.#response.setHeader('Content-Encoding', this.#compression.name);
  }

  /** Rejects when the client is gone or does not read on. */
  async #drained(): Promise<void> {
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(), SEND_TIMEOUT_MS);
    const leave = (): void => gone.abort();
    this.#response.once('close', leave);
    try {
      if (this.#out !== null) await once(this.#out, 'drain', { signal: gone.signal });
    } finally {
      clearTimeout(timer);
      this.#response.off('close', leave);
    }
  }
}

export function sendFailure(response: ServerResponse, failure: EngineFailure): void {
  if (response.destroyed || response.headersSent) return;
  response.statusCode = failure.status;
  response.removeHeader('X-ClickHouse-Format');
  response.setHeader('X-ClickHouse-Exception-Code', String(failure.code));
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  if (failure.status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse server HTTP API"');
  if (failure.status === 503) response.setHeader('Retry-After', '1');
  response.end(`${failure.text}\n`);
}

/** JSON answers end with what was read. */
function withStatistics(summary: Summary, held: readonly Uint8Array[]): Summary {
  const tail = Buffer.concat(held.slice(-2)).subarray(-256).toString('latin1');
  const said = /"rows_read":\s*(\d+),\s*"bytes_read":\s*(\d+)\s*\}\s*\}\s*$/.exec(tail);
  return said === null ? summary : { ...summary, readRows: Number(said[1]), readBytes: Number(said[2]) };
}

const summaryHeader = (summary: Summary): string =>
  JSON.stringify({
    read_rows: String(summary.readRows),
    read_bytes: String(summary.readBytes),
    written_rows: String(summary.writtenRows),
    written_bytes: String(summary.writtenBytes),
    total_rows_to_read: '0',
    result_rows: String(summary.resultRows),
    result_bytes: String(summary.resultBytes),
    elapsed_ns: String(summary.elapsedNs),
  });

const CONTENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [
    /^(JSONEachRow|JSONCompactEachRow|JSONStringsEachRow|JSONLines|NDJSON|JSONCompactStringsEachRow|JSONEachRowWithProgress)/,
    'application/x-ndjson; charset=UTF-8',
  ],
  [/^JSON/, 'application/json; charset=UTF-8'],
  [/^CSV/, 'text/csv; charset=UTF-8; header=absent'],
  [/^(TSV|TabSeparated)/, 'text/tab-separated-values; charset=UTF-8'],
  [/^XML/, 'application/xml; charset=UTF-8'],
  [
    /^(Parquet|Arrow|ORC|Avro|Native|RowBinary|MsgPack|Protobuf|CapnProto|BSON|RawBLOB|Npy)/,
    'application/octet-stream',
  ],
];

export function contentType(format: string): string {
  const type = CONTENT_TYPES.find(([pattern]) => pattern.test(format))?.[1] ?? 'text/plain; charset=UTF-8';
  return /WithNames/.test(format) ? type.replace('header=absent', 'header=present') : type;
}
