import { createReadStream } from 'node:fs';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { CommandError } from '../command.ts';

/** Bytes of a file, decompressed by its name's end. `onRead` gets the count of bytes as they come off the disk. */
export async function* readSource(file: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, { highWaterMark: 1024 * 1024 });
  raw.on('data', (chunk) => onRead(chunk.length));
  const inflater = file.endsWith('.gz') ? createGunzip() : /\.zstd?$/.test(file) ? createZstdDecompress() : null;
  // An error while reading must end the decompressor too.
  if (inflater !== null) raw.on('error', (error) => inflater.destroy(error)).pipe(inflater);
  try {
    for await (const chunk of inflater ?? raw) yield chunk as Buffer; // no encoding is set
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    raw.destroy();
  }
}
