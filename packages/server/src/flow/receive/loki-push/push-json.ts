import { MoalogError } from '#errors';
import { asObject, EventLine, EventLines, inTurns, JsonCursor, textOf } from '../event-line/index.ts';
import { StreamLines } from './stream-line.ts';

/** `{"streams":[{"stream":{LABELS},"values":[["NANOSECONDS","LINE",{METADATA}]]}]}`. What has another shape inside is stored in its JSON. */
export async function linesOfJson(bytes: Buffer, reserve?: (bytes: number) => void): Promise<EventLines> {
  const lines = new EventLines(reserve);
  await inTurns(eventLines(bytes), (line) => lines.add(line));
  return lines;
}

/** Throws invalid_body where the body is broken. */
function* eventLines(bytes: Buffer): Generator<string> {
  const cursor = new JsonCursor(bytes);
  let found = false;
  if (!cursor.enterObject()) throw noStreams();
  for (let key = cursor.nextKey(); key !== null; key = cursor.nextKey()) {
    if (key !== 'streams' || !cursor.enterArray()) {
      cursor.skip();
      continue;
    }
    found = true;
    while (cursor.nextElement()) yield* streamLines(bytes, cursor);
  }
  cursor.end();
  if (!found) throw noStreams();
}

/** Lines of the stream at the cursor, which stands behind it then. */
function* streamLines(bytes: Buffer, cursor: JsonCursor): Generator<string> {
  const start = cursor.position;
  let labels: Readonly<Record<string, unknown>> | null = null;
  let values = -1;
  let isLines = false;
  if (cursor.enterObject()) {
    for (let key = cursor.nextKey(); key !== null; key = cursor.nextKey()) {
      if (key === 'stream') {
        labels = asObject(parsed(cursor.take()));
      } else if (key === 'values' && labels !== null && cursor.enterArray()) {
        isLines = true;
        yield* valueLines(cursor, new StreamLines(labels));
      } else {
        // Labels that come behind their values: back to those later.
        if (key === 'values') values = cursor.position;
        cursor.skip();
      }
    }
  } else cursor.skip();
  const back = new JsonCursor(bytes, values);
  if (values >= 0 && back.enterArray()) yield* valueLines(back, new StreamLines(labels ?? {}));
  else if (!isLines) yield new EventLine().field('message', new JsonCursor(bytes, start).take()).end();
}

function* valueLines(cursor: JsonCursor, stream: StreamLines): Generator<string> {
  while (cursor.nextElement()) {
    const text = cursor.take();
    const value = parsed(text);
    const [time, line, metadata] = Array.isArray(value) ? value : ['', text];
    yield stream.line(textOf(time), typeof line === 'string' ? line : JSON.stringify(line ?? null), asObject(metadata));
  }
}

/** Times and values are texts: no number loses digits. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MoalogError('invalid_body', `The body is not JSON: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
}

const noStreams = () => new MoalogError('invalid_body', 'The body has no array "streams".');
