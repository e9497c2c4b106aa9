import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';
import type { BundleFile } from '../target.ts';

const deflate = promisify(deflateRaw);
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
const MADE_ON_UNIX = (3 << 8) | 20;

/** A zip of files below `directory`. */
export function zip(directory: string, files: readonly BundleFile[], modifiedAt: Date): Readable {
  return Readable.from(parts(directory, files, modifiedAt));
}

async function* parts(directory: string, files: readonly BundleFile[], modifiedAt: Date): AsyncGenerator<Buffer> {
  const index: Buffer[] = [];
  let offset = 0;
  for (const { name, content, isExecutable } of files) {
    const bytes = Buffer.from(content);
    const packed = await deflate(bytes, { level: 1 });
    const path = Buffer.from(`${directory}/${name}`);
    const common = commonFields(bytes, packed, path, modifiedAt);
    const local = Buffer.concat([number(0x04034b50, 4), number(20, 2), common, path]);
    const mode = isExecutable === true ? 0o100755 : 0o100644;
    const rest = [number(0, 2), number(0, 2), number(0, 2), number((mode << 16) >>> 0, 4), number(offset, 4)];
    index.push(Buffer.concat([number(0x02014b50, 4), number(MADE_ON_UNIX, 2), number(20, 2), common, ...rest, path]));
    yield local;
    yield packed;
    offset += local.length + packed.length;
  }
  const bytes = index.reduce((sum, entry) => sum + entry.length, 0);
  yield* index;
  const count = number(index.length, 2);
  const end = [number(0x06054b50, 4), number(0, 4), count, count, number(bytes, 4), number(offset, 4), number(0, 2)];
  yield Buffer.concat(end);
}

/** What stands in a file's own header and in the index alike. */
function commonFields(bytes: Buffer, packed: Buffer, path: Buffer, at: Date): Buffer {
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const day = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return Buffer.concat([
    ...[number(UTF8_NAMES, 2), number(DEFLATED, 2), number(time, 2), number(day, 2), number(crc32(bytes), 4)],
    ...[number(packed.length, 4), number(bytes.length, 4), number(path.length, 2), number(0, 2)],
  ]);
}

function number(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (bytes === 2) buffer.writeUInt16LE(value);
  else buffer.writeUInt32LE(value);
  return buffer;
}
