import { MoalogError } from '#errors';
import { asObject, EventLine, EventLines, inTurns, textOf } from '../event-line/index.ts';
import { StreamLines } from './stream-line.ts';

/** `{"streams":[{"stream":{LABELS},"values":[["NANOSECONDS","LINE",{METADATA}]]}]}`. What has another shape inside is stored in its JSON. */
export async function linesOfJson(text: string, reserve?: (bytes: number) => void): Promise<EventLines> {
  const streams = streamsOf(text);
  const lines = new EventLines(reserve);
  for (const stream of streams) await addStream(lines, stream);
  return lines;
}

function streamsOf(text: string): readonly unknown[] {
  let parsed: unknown;
  try {
    // Times and values are texts: no number loses digits.
    parsed = JSON.parse(text);
  } catch (error) {
    throw new MoalogError('invalid_body', `The body is not JSON: ${error instanceof Error ? error.message : ''}`, {
      cause: error,
    });
  }
  const streams = asObject(parsed)?.streams;
  if (!Array.isArray(streams)) throw new MoalogError('invalid_body', 'The body has no array "streams".');
  return streams;
}

async function addStream(lines: EventLines, stream: unknown): Promise<void> {
  const object = asObject(stream);
  const values = object?.values;
  if (object === null || !Array.isArray(values)) {
    lines.add(new EventLine().field('message', JSON.stringify(stream)).end());
    return;
  }
  const made = new StreamLines(asObject(object.stream) ?? {});
  await inTurns(values, (value: unknown) => {
    const [time, line, metadata] = Array.isArray(value) ? value : ['', JSON.stringify(value)];
    lines.add(
      made.line(textOf(time), typeof line === 'string' ? line : JSON.stringify(line ?? null), asObject(metadata)),
    );
  });
}
