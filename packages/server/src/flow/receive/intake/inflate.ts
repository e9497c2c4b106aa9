import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { MoalogError } from '#errors';
import { Body, tooLarge } from './body.ts';
import { type InflateLimits, unsnappy } from './snappy.ts';

/** More layers than anyone sends on purpose. */
const MAX_LAYERS = 2;
/** Each costs a decoder of its own. */
const MAX_FRAMES = 10_000;
/** Window that RFC 9659 allows in HTTP, 8 MiB: what asks for more memory than that is refused. */
const ZSTD_WINDOW_LOG_MAX = 23;

type Decoder = (start: Buffer, chunkSize: number) => Transform & { readonly bytesWritten: number };

/** Content codings by name; `start` is the beginning of the body, for codings that come in two shapes. */
const CODINGS: Readonly<Record<string, Decoder>> = {
  gzip: (_start, chunkSize) => zlib.createGunzip({ chunkSize }),
  'x-gzip': (_start, chunkSize) => zlib.createGunzip({ chunkSize }),
  // "deflate" means zlib by the standard, and raw deflate by the habit of some clients.
  deflate: (start, chunkSize) =>
    hasZlibHeader(start) ? zlib.createInflate({ chunkSize }) : zlib.createInflateRaw({ chunkSize }),
  zstd: (_start, chunkSize) =>
    zlib.createZstdDecompress({ chunkSize, params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } }),
  br: (_start, chunkSize) => zlib.createBrotliDecompress({ chunkSize }),
};

/**
 * Undoes the codings that a Content-Encoding header names, then `packed`, which the protocol applies to every body (a header may name it too).
 * Rejects with unsupported_encoding, invalid_body or body_too_large.
 */
export async function inflate(
  body: Body,
  contentEncoding: string | undefined,
  limits: InflateLimits,
  packed?: 'snappy',
): Promise<Body> {
  const names = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity' && name !== packed);
  const codings = names.map((name) => ({ name, decoder: CODINGS[name] }));
  const unknown = codings.find(({ decoder }) => decoder === undefined);
  if (unknown !== undefined || names.length > MAX_LAYERS) {
    throw new MoalogError(
      'unsupported_encoding',
      `Content-Encoding ${names.join(', ')} is not supported. Send gzip, deflate, zstd, br or nothing.`,
    );
  }
  let inflated = body;
  for (const { name, decoder } of codings.reverse()) {
    if (decoder === undefined || inflated.bytes.length === 0) continue;
    inflated = await run(name, decoder, inflated.bytes, limits);
  }
  return packed === undefined ? inflated : unsnappy(inflated, limits);
}

/** Runs one decoder over the whole body on the thread pool. Stops as soon as the limit is passed, so a bomb never unfolds. */
async function run(name: string, decoder: Decoder, bytes: Buffer, limits: InflateLimits): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  const take = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limits.maxBytes) throw tooLarge(limits.maxBytes);
    limits.budget.take(chunk.length);
    chunks.push(chunk);
  };
  let rest = bytes;
  let frames = 0;
  do {
    if (++frames > MAX_FRAMES)
      throw new MoalogError('invalid_body', `The body has more than ${MAX_FRAMES} zstd frames. Compress it as one.`);
    const read = await decode(name, decoder, rest, take);
    // Node's zstd decoder stops silently after the first of several frames (https://github.com/nodejs/node/issues/64741); its gzip decoder goes
    // on by itself, and what it leaves is padding.
    rest = name === 'zstd' && read > 0 ? rest.subarray(read) : rest.subarray(rest.length);
  } while (rest.length > 0);
  return Body.of(chunks, size);
}

/** Feeds `bytes` to a new decoder; resolves with how many of them it read. What `take` throws ends it. */
function decode(name: string, decoder: Decoder, bytes: Buffer, take: (chunk: Buffer) => void): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  // Log lines deflate to a tenth or so: few turns of the thread pool, and no large buffer for a small body.
  const stream = decoder(bytes.subarray(0, 2), Math.min(Math.max(bytes.length * 8, 4_096), 1024 * 1024));
  const fail = (error: unknown): void => {
    stream.destroy();
    reject(error);
  };
  stream.on('data', (chunk: Buffer) => {
    try {
      take(chunk);
    } catch (error) {
      fail(error);
    }
  });
  stream.on('error', (error) => fail(broken(name, error)));
  stream.on('end', () => resolve(stream.bytesWritten));
  stream.end(bytes);
  return promise;
}

const broken = (name: string, cause: Error) =>
  new MoalogError(
    'invalid_body',
    `The ${name} body is broken or cut off (${cause.message}); nothing of it was accepted.`,
    { cause },
  );

/** RFC 1950: method 8 in the low half of the first byte, and both bytes together a multiple of 31. */
function hasZlibHeader(start: Buffer): boolean {
  const [first = 0, second = 0] = start;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
