import { decodeCp949 } from '@moalog/agent/cp949';
import { MoalogError } from '#errors';
import { Body } from './body.ts';

const UTF8_NAMES = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii']);
/** What senders call the Korean code page of Windows and the standard within it. */
const KOREAN_NAMES = new Set([
  ...['euc-kr', 'euckr', 'cp949', 'ms949', 'uhc', 'windows-949', 'x-windows-949'],
  ...['korean', 'ks_c_5601-1987', 'ks_c_5601-1989', 'ksc5601', 'ksc_5601'],
]);

/**
 * The body as UTF-8 without byte order mark. UTF-16 is known by its mark, other encodings by the charset of the content type
 * (`text/plain; charset=euc-kr`). Bytes that are no valid UTF-8 stay as they are.
 */
export function toUtf8(body: Body, contentType: string | undefined): Body {
  const { bytes } = body;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return Body.of([bytes.subarray(3)], bytes.length - 3);
  const named = /charset\s*=\s*"?([^\s";]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  const charset = markedCharset(bytes) ?? named;
  if (charset === undefined || UTF8_NAMES.has(charset)) return body;
  let text: string;
  try {
    text = KOREAN_NAMES.has(charset) ? decodeCp949(bytes) : new TextDecoder(charset).decode(bytes);
  } catch (error) {
    throw new MoalogError('unsupported_encoding', `The charset ${charset} is not known. Send UTF-8.`, { cause: error });
  }
  const decoded = Buffer.from(text);
  return Body.of([decoded], decoded.length);
}

function markedCharset(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}
