import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { BundleFile } from '../target.ts';

const BLOCK = 512;
const MAX_NAME_BYTES = 100;

/** A gzip'd tar (ustar) of files below `directory`. */
export function tarGz(directory: string, files: readonly BundleFile[], modifiedAt: Date): Readable {
  // Nothing but the runtime is large, and that packs badly at any level.
  return pipeline(Readable.from(blocks(directory, files, modifiedAt)), createGzip({ level: 1 }), () => {});
}

function* blocks(directory: string, files: readonly BundleFile[], modifiedAt: Date): Generator<Buffer> {
  for (const { name, content, isExecutable } of files) {
    const bytes = Buffer.from(content);
    yield header(`${directory}/${name}`, bytes.length, isExecutable === true ? 0o755 : 0o644, modifiedAt);
    yield bytes;
    yield Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function header(name: string, bytes: number, mode: number, modifiedAt: Date): Buffer {
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw new Error(`${name} is too long a name for an archive`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, width: number): void => {
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  };
  block.write(name, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes, 124, 12);
  octal(Math.floor(modifiedAt.getTime() / 1_000), 136, 12);
  block.write('        0', 148, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
