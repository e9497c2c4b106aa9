import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Bytes of the file's start that tell it from another file that later has its name or inode. */
const FINGERPRINT_BYTES = 1_024;

/** What a file is, whatever its name: survives renames and growth, and changes when the content starts differently. */
export interface FileIdentity {
  /** `dev:inode`. */
  readonly inode: string;
  /** SHA-256 of the first `fingerprintBytes`, 16 hex digits. */
  readonly fingerprint: string;
  readonly fingerprintBytes: number;
  readonly bytes: number;
}

/** `fingerprintBytes`: how many to hash; the first KiB, or what there is, when absent. */
export async function identify(file: string, fingerprintBytes?: number): Promise<FileIdentity> {
  const handle = await open(file, 'r');
  try {
    const stat = await handle.stat({ bigint: true });
    const buffer = Buffer.alloc(fingerprintBytes ?? FINGERPRINT_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    const fingerprint = createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex').slice(0, 16);
    return { inode: `${stat.dev}:${stat.ino}`, fingerprint, fingerprintBytes: bytesRead, bytes: Number(stat.size) };
  } finally {
    await handle.close();
  }
}
