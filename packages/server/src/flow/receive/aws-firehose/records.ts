import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MoalogError } from '#errors';
import { asObject, EventLine, EventLines, parseOr, textLines, textOf, toEventLines } from '../event-line/index.ts';
import { Body } from '../intake/index.ts';
import { subscriptionLines } from './subscription.ts';

/** All records of a request together, unfolded. Firehose sends 64 MiB at most, of which CloudWatch's part is gzip. */
const MAX_UNFOLDED_BYTES = 192 * 1024 * 1024;

const unfold = promisify(gunzip);

/** The parts of a request's body that Moalog reads. */
export interface FirehoseBody {
  readonly requestId: string;
  readonly records: readonly unknown[];
}

/** `{"requestId","timestamp","records":[{"data":BASE64}]}`. Throws invalid_body for anything else. */
export function readFirehose(text: string): FirehoseBody {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new MoalogError('invalid_body', 'The body is not JSON.', { cause: error });
  }
  const object = asObject(parsed);
  if (!Array.isArray(object?.records)) throw new MoalogError('invalid_body', 'The body has no array "records".');
  return { requestId: textOf(object.requestId), records: object.records };
}

/**
 * Event lines of the records: events of CloudWatch Logs subscriptions, or the lines (JSON or text) that the record holds. A record that cannot be unfolded is
 * kept as the text it came in.
 */
export async function linesOfRecords(
  records: readonly unknown[],
  reserve?: (bytes: number) => void,
): Promise<EventLines> {
  const lines = new EventLines(reserve);
  let unfolded = 0;
  for (const record of records) {
    const data = asObject(record)?.data;
    if (typeof data !== 'string') {
      lines.add(new EventLine().field('message', JSON.stringify(record)).end());
      continue;
    }
    const bytes = await contentOf(data, MAX_UNFOLDED_BYTES - unfolded);
    if (bytes === null) {
      lines.add(new EventLine().field('message', data).field('aws.firehose.error', 'the record is broken gzip').end());
      continue;
    }
    unfolded += bytes.length;
    reserve?.(bytes.length);
    addContent(lines, bytes);
  }
  return lines;
}

/** The record's bytes, unfolded when they are gzip; null when that fails. */
async function contentOf(data: string, maxBytes: number): Promise<Buffer | null> {
  const bytes = Buffer.from(data, 'base64');
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await unfold(bytes, { maxOutputLength: Math.max(1, maxBytes) });
  } catch (error) {
    if (error instanceof RangeError)
      throw new MoalogError('body_too_large', `The records unfold to more than ${MAX_UNFOLDED_BYTES} bytes.`, {
        cause: error,
      });
    return null;
  }
}

function addContent(lines: EventLines, bytes: Buffer): void {
  for (const text of textLines(toEventLines(Body.of([bytes], bytes.length)).payload)) {
    for (const line of linesOfDocument(text)) lines.add(line);
  }
}

function linesOfDocument(text: string): string[] {
  try {
    return (text.includes('"logEvents"') && subscriptionLines(parseOr(text, null))) || [text];
  } catch {
    // Nested too deeply to be written again.
    return [text];
  }
}
