import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MoalogError } from '#errors';
import {
  asObject,
  EventLine,
  EventLines,
  JsonCursor,
  parseOr,
  textLines,
  textOf,
  toEventLines,
} from '../event-line/index.ts';
import { Body } from '../intake/index.ts';
import { subscriptionLines } from './subscription.ts';

/** All records of a request together, unfolded. Firehose sends 64 MiB at most, of which CloudWatch's part is gzip. */
const MAX_UNFOLDED_BYTES = 192 * 1024 * 1024;

const unfold = promisify(gunzip);

/** What a request's body brought. */
export interface FirehoseBody {
  /** '' when it names none. */
  readonly requestId: string;
  readonly lines: EventLines;
}

/**
 * Reads `{"requestId","timestamp","records":[{"data":BASE64}]}`: events of CloudWatch Logs subscriptions, or the lines (JSON or text) that a record holds. A record that cannot be
 * unfolded is kept as the text it came in. Throws invalid_body for another document.
 */
export async function readFirehose(body: Buffer, reserve?: (bytes: number) => void): Promise<FirehoseBody> {
  const cursor = new JsonCursor(body);
  const records = new Records(reserve);
  let requestId = '';
  let found = false;
  if (!cursor.enterObject()) throw noRecords();
  for (let key = cursor.nextKey(); key !== null; key = cursor.nextKey()) {
    if (key === 'records' && cursor.enterArray()) {
      found = true;
      while (cursor.nextElement()) await records.add(cursor.take());
    } else if (key === 'requestId') requestId = textOf(parseOr(cursor.take(), ''));
    else cursor.skip();
  }
  cursor.end();
  if (!found) throw noRecords();
  return { requestId, lines: records.lines };
}

const noRecords = () => new MoalogError('invalid_body', 'The body has no array "records".');

class Records {
  readonly lines: EventLines;
  readonly #reserve: ((bytes: number) => void) | undefined;
  #unfolded = 0;

  constructor(reserve?: (bytes: number) => void) {
    this.lines = new EventLines(reserve);
    this.#reserve = reserve;
  }

  /** Adds the events of one record, given in its JSON. */
  async add(record: string): Promise<void> {
    const data = asObject(parseOr(record, null))?.data;
    if (typeof data !== 'string') {
      this.lines.add(new EventLine().field('message', record).end());
      return;
    }
    const bytes = await contentOf(data, MAX_UNFOLDED_BYTES - this.#unfolded);
    if (bytes === null) {
      const line = new EventLine().field('message', data).field('aws.firehose.error', 'the record is broken gzip');
      this.lines.add(line.end());
      return;
    }
    this.#unfolded += bytes.length;
    this.#reserve?.(bytes.length);
    addContent(this.lines, bytes);
  }
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
