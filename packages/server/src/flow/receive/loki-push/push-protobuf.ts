import { EventLines, inTurns } from '../event-line/index.ts';
import { ProtobufReader } from '../protobuf/reader.ts';
import { readLabels } from './labels.ts';
import { StreamLines } from './stream-line.ts';

/** Loki's `PushRequest` (its pkg/push/push.proto), not compressed any more. Throws invalid_body for what is none. */
export async function linesOfProtobuf(bytes: Buffer, reserve?: (bytes: number) => void): Promise<EventLines> {
  const lines = new EventLines(reserve);
  const request = new ProtobufReader(bytes);
  for (let field = request.next(); field !== 0; field = request.next()) {
    if (field === 1) await addStream(lines, request.message());
    else request.skip();
  }
  return lines;
}

async function addStream(lines: EventLines, stream: ProtobufReader): Promise<void> {
  let labels = '';
  const entries: ProtobufReader[] = [];
  for (let field = stream.next(); field !== 0; field = stream.next()) {
    if (field === 1) labels = stream.text();
    else if (field === 2) entries.push(stream.message());
    else stream.skip();
  }
  const made = new StreamLines(readLabels(labels));
  await inTurns(entries, (entry) => lines.add(entryLine(made, entry)));
}

function entryLine(stream: StreamLines, entry: ProtobufReader): string {
  let time = '';
  let line = '';
  let metadata: Record<string, string> | null = null;
  for (let field = entry.next(); field !== 0; field = entry.next()) {
    if (field === 1) time = nanoseconds(entry.message());
    else if (field === 2) line = entry.text();
    else if (field === 3) {
      const [name, value] = pair(entry.message());
      metadata ??= {};
      metadata[name] = value;
    } else entry.skip();
  }
  return stream.line(time, line, metadata);
}

/** google.protobuf.Timestamp as nanoseconds since the epoch. */
function nanoseconds(timestamp: ProtobufReader): string {
  let seconds = 0n;
  let nanos = 0;
  for (let field = timestamp.next(); field !== 0; field = timestamp.next()) {
    if (field === 1) seconds = timestamp.int64();
    else if (field === 2) nanos = timestamp.uint();
    else timestamp.skip();
  }
  return seconds > 0n ? `${seconds}${String(nanos).padStart(9, '0')}` : '';
}

function pair(reader: ProtobufReader): [string, string] {
  let [name, value] = ['', ''];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.text();
    else if (field === 2) value = reader.text();
    else reader.skip();
  }
  return [name, value];
}
