import type { ENCODINGS } from '../config/config.ts';
import { decodeCp949 } from './cp949.ts';

type Wanted = (typeof ENCODINGS)[number];

/** How bytes of a file become UTF-8 lines. Cuts are made in the file's own bytes, so that offsets stay offsets of the file. */
export interface Encoding {
  readonly name: 'utf-8' | 'euc-kr' | 'utf-16le' | 'utf-16be';
  /** Bytes up to and with the last newline; 0 when there is none. */
  wholeLines(bytes: Buffer): number;
  /** Where the last `count` lines of `bytes`, which ends with a newline, begin. */
  lastLines(bytes: Buffer, count: number): number;
  /** A place at or before the end of `bytes` that cuts no character in two. */
  characterEnd(bytes: Buffer): number;
  /** UTF-8, the same bytes where they are that already. */
  toUtf8(bytes: Buffer): Buffer;
}

const NEWLINE = 10;

/** Newline is a byte of its own in UTF-8 and in EUC-KR with its extensions (no second byte is below 0x41). */
const byteNewlines = {
  wholeLines: (bytes: Buffer): number => bytes.lastIndexOf(NEWLINE) + 1,
  lastLines(bytes: Buffer, count: number): number {
    let at = bytes.length;
    for (let left = count; left > 0 && at > 0; left--) at = at < 2 ? 0 : bytes.lastIndexOf(NEWLINE, at - 2) + 1;
    return at;
  },
};

const utf8: Encoding = {
  ...byteNewlines,
  name: 'utf-8',
  characterEnd(bytes) {
    let end = bytes.length;
    for (let back = 0; back < 4 && end > 0; back++) {
      const byte = bytes[end - 1] ?? 0;
      if (byte < 0x80) return end;
      end--;
      if (byte >= 0xc0) return end;
    }
    return bytes.length;
  },
  toUtf8: (bytes) => bytes,
};

/** With the extensions of Windows' code page 949. */
const eucKr: Encoding = {
  ...byteNewlines,
  name: 'euc-kr',
  characterEnd(bytes) {
    let end = 0;
    for (let at = 0; at < bytes.length; end = Math.min(at, bytes.length)) {
      const width = (bytes[at] ?? 0) < 0x80 ? 1 : 2;
      if (at + width > bytes.length) return at;
      at += width;
    }
    return end;
  },
  toUtf8: (bytes) => Buffer.from(decodeCp949(bytes)),
};

function utf16(name: 'utf-16le' | 'utf-16be'): Encoding {
  const newline = Buffer.from(name === 'utf-16le' ? [10, 0] : [0, 10]);
  /** Behind the last newline that begins before `from`. */
  const behindNewline = (bytes: Buffer, from: number): number => {
    for (let at = from; at >= 0; at--) {
      at = bytes.lastIndexOf(newline, at);
      if (at < 0) return 0;
      if (at % 2 === 0) return at + 2;
    }
    return 0;
  };
  return {
    name,
    wholeLines: (bytes) => behindNewline(bytes, bytes.length - 2),
    lastLines(bytes, count) {
      let at = bytes.length;
      for (let left = count; left > 0 && at > 0; left--) at = at < 4 ? 0 : behindNewline(bytes, at - 4);
      return at;
    },
    characterEnd(bytes) {
      const end = bytes.length - (bytes.length % 2);
      const last = name === 'utf-16le' ? bytes[end - 1] : bytes[end - 2];
      const isHalf = last !== undefined && last >= 0xd8 && last <= 0xdb;
      return isHalf ? end - 2 : end;
    },
    toUtf8: (bytes) => Buffer.from(new TextDecoder(name).decode(bytes)),
  };
}

const KNOWN = { 'utf-8': utf8, 'euc-kr': eucKr, 'utf-16le': utf16('utf-16le'), 'utf-16be': utf16('utf-16be') };

/** The encoding of a file, whose byte order mark (`head`: its first bytes) comes before the default of `wanted`. */
export function encodingOf(wanted: Wanted, head: Buffer): Encoding {
  if (wanted === 'cp949' || wanted === 'euc-kr') return eucKr;
  if (wanted === 'utf-16le' || wanted === 'utf-16be' || wanted === 'utf-8') return KNOWN[wanted];
  if (head[0] === 0xfe && head[1] === 0xff) return KNOWN['utf-16be'];
  if (head[0] === 0xff && head[1] === 0xfe) return KNOWN['utf-16le'];
  return wanted === 'utf-16' ? KNOWN['utf-16le'] : utf8;
}
