import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { MoalogError } from '#errors';
import { Body, tooLarge } from './body.ts';
import type { BodyBudget } from './body-budget.ts';

/** More layers than anyone sends on purpose. */
const MAX_LAYERS = 2;
/** Window that RFC 9659 allows in HTTP, 8 MiB: what asks for more memory than that is refused. */
const ZSTD_WINDOW_LOG_MAX = 23;

interface Limits {
  readonly maxBytes: number;
  readonly budget: BodyBudget;
}

/** Content codings by name; `start` is the beginning of the body, for codings that come in two shapes. */
const CODINGS: Readonly<Record<string, (start: Buffer, chunkSize: number) => Transform>> = {
  gzip: (_start, chunkSize) => zlib.createGunzip({ chunkSize }),
  'x-gzip': (_start, chunkSize) => zlib.createGunzip({ chunkSize }),
  // "deflate" means zlib by the standard, and raw deflate by the habit of some clients.
  deflate: (start, chunkSize) =>
    hasZlibHeader(start) ? zlib.createInflate({ chunkSize }) : zlib.createInflateRaw({ chunkSize }),
  zstd: (_start, chunkSize) =>
    zlib.createZstdDecompress({ chunkSize, params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX } }),
  br: (_start, chunkSize) => zlib.createBrotliDecompress({ chunkSize }),
};

/** Undoes the codings that a Content-Encoding header names. Rejects with unsupported_encoding, invalid_body or body_too_large. */
export async function inflate(body: Body, contentEncoding: string | undefined, limits: Limits): Promise<Body> {
  const names = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
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
  return inflated;
}

/** Runs one decoder over the whole body on the thread pool. Stops as soon as the limit is passed, so a bomb never unfolds. */
function run(
  name: string,
  decoder: (start: Buffer, chunkSize: number) => Transform,
  bytes: Buffer,
  { maxBytes, budget }: Limits,
): Promise<Body> {
  const { promise, resolve, reject } = Promise.withResolvers<Body>();
  // Log lines deflate to a tenth or so: few turns of the thread pool, and no large buffer for a small body.
  const stream = decoder(bytes.subarray(0, 2), Math.min(Math.max(bytes.length * 8, 4_096), 1024 * 1024));
  const chunks: Buffer[] = [];
  let size = 0;
  const fail = (error: unknown): void => {
    stream.destroy();
    reject(error);
  };
  stream.on('data', (chunk: Buffer) => {
    try {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      budget.take(chunk.length);
      chunks.push(chunk);
    } catch (error) {
      fail(error);
    }
  });
  stream.on('error', (error) =>
    fail(
      new MoalogError(
        'invalid_body',
        `The ${name} body is broken or cut off (${error.message}); nothing of it was accepted.`,
        { cause: error },
      ),
    ),
  );
  stream.on('end', () => resolve(Body.of(chunks, size)));
  stream.end(bytes);
  return promise;
}

/** RFC 1950: method 8 in the low half of the first byte, and both bytes together a multiple of 31. */
function hasZlibHeader(start: Buffer): boolean {
  const [first = 0, second = 0] = start;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
