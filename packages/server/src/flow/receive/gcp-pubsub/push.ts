import { asObject, EventLine, EventLines, parseOr, textLines, textOf, toEventLines } from '../event-line/index.ts';
import { Body } from '../intake/index.ts';
import { isLogEntry, logEntryLine } from './log-entry.ts';

/** What a push brought. */
export interface Push {
  readonly lines: EventLines;
  /** Pub/Sub delivers a message again under the same id. */
  readonly messageId: string | undefined;
  /** Of the message; for all its lines. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * `{"message":{"data":BASE64,"attributes","messageId"},"subscription"}`, or the message's content alone when the subscription unwraps payloads. Whatever else comes is kept
 * line by line: Pub/Sub would deliver what is refused again and again.
 */
export function readPush(body: Body, reserve?: (bytes: number) => void): Push {
  const envelope = asObject(parseOr(body.bytes.toString('utf8'), null));
  const message = asObject(envelope?.message);
  if (envelope === null || message === null || !('subscription' in envelope || 'data' in message)) {
    return { lines: linesOf(body, reserve), messageId: undefined, attributes: {} };
  }
  const id = message.messageId ?? message.message_id;
  const attributes = Object.entries(asObject(message.attributes) ?? {}).map(([name, value]) => [name, textOf(value)]);
  return {
    lines: typeof message.data === 'string' ? linesOfData(message.data, reserve) : lineOf(message),
    messageId: id === undefined ? undefined : textOf(id),
    attributes: Object.fromEntries(attributes),
  };
}

function linesOfData(data: string, reserve?: (bytes: number) => void): EventLines {
  const bytes = Buffer.from(data, 'base64');
  return linesOf(Body.of([bytes], bytes.length), reserve);
}

function linesOf(body: Body, reserve?: (bytes: number) => void): EventLines {
  const lines = new EventLines(reserve);
  for (const text of textLines(toEventLines(body).payload)) {
    const document = text.includes('"logName"') ? asObject(parseOr(text, null)) : null;
    lines.add(document !== null && isLogEntry(document) ? entryLine(document, text) : text);
  }
  return lines;
}

function entryLine(entry: Readonly<Record<string, unknown>>, text: string): string {
  try {
    return logEntryLine(entry);
  } catch {
    // Nested too deeply to be written again.
    return text;
  }
}

/** A message without data is its attributes. */
function lineOf(message: object): EventLines {
  const lines = new EventLines();
  lines.add(new EventLine().field('message', 'a message without data').fields(message).end());
  return lines;
}
