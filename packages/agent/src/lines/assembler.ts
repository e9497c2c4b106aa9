import type { SourceConfig } from '../config/config.ts';
import { type ContainerLine, readCriLine, readDockerLine } from './containers.ts';
import type { Encoding } from './encoding.ts';
import { type Filter, filterOf } from './filters.ts';
import { levelWordOfHead, timeOfHead } from './line-head.ts';
import { groupLines } from './multiline.ts';

/** Event lines made of the beginning of some bytes. */
export interface Assembled {
  /** Bytes of the input that they were made of. */
  readonly consumed: number;
  /** UTF-8, a line an event. May be a view of the input. Empty when every event was filtered out. */
  readonly body: Buffer;
  /** Events that were filtered out. */
  readonly dropped: number;
}

/**
 * Makes event lines of a file's bytes. What comes out follows from the bytes alone: the same bytes again, after a crash, are the same events. `bytes` begin
 * at an event; `isWhole` says that they end with one, otherwise the last event may still grow and is left.
 */
export type Assembler = (bytes: Buffer, isWhole: boolean) => Assembled;

/** An event on its way: its lines, and what a container's runtime said of it. */
interface Event {
  readonly lines: readonly string[];
  readonly container: ContainerLine | null;
}

export function assemblerOf(source: SourceConfig, encoding: Encoding): Assembler {
  const filter = filterOf(source);
  const { multiline, format } = source;
  if (filter === null && multiline === undefined && format === 'lines') {
    // Nothing looks into the lines: they go as they are.
    return (bytes, isWhole) => {
      const consumed = isWhole ? bytes.length : encoding.wholeLines(bytes);
      return { consumed, body: encoding.toUtf8(bytes.subarray(0, consumed)), dropped: 0 };
    };
  }
  const read = format === 'docker' ? readDockerLine : format === 'cri' ? readCriLine : null;
  return (bytes, isWhole) => {
    const end = isWhole ? bytes.length : encoding.wholeLines(bytes);
    if (end === 0) return { consumed: 0, body: bytes.subarray(0, 0), dropped: 0 };
    const lines = encoding.toUtf8(bytes.subarray(0, end)).toString('utf8').split('\n');
    if (lines.at(-1) === '') lines.pop();
    const joined = read === null ? lines.map(plain) : joinParts(lines, read);
    const events = multiline === undefined ? joined : gather(joined, multiline);
    const last = events.at(-1);
    const open = isWhole || last === undefined || (multiline === undefined && !last.isOpen) ? null : last;
    if (open !== null) events.pop();
    const consumed = open === null ? end : encoding.lastLines(bytes.subarray(0, end), open.taken);
    return { consumed, ...write(events, filter) };
  };
}

/** An event and how many lines of the file it took. */
interface Taken extends Event {
  readonly taken: number;
  /** Its line ends in the next one. */
  readonly isOpen: boolean;
}

const plain = (line: string): Taken => ({ lines: [line], container: null, taken: 1, isOpen: false });

/** Lines of a container's log, those that the runtime cut in parts joined. What is no such line is passed on as it is. */
function joinParts(lines: readonly string[], read: (line: string) => ContainerLine | null): Taken[] {
  const events: Taken[] = [];
  let parts: ContainerLine[] = [];
  const flush = (): void => {
    const [first] = parts;
    if (first === undefined) return;
    const line = parts.map(({ text }) => text).join('');
    const isOpen = parts.at(-1)?.isPart ?? false;
    events.push({ lines: [line], container: first, taken: parts.length, isOpen });
    parts = [];
  };
  for (const line of lines) {
    const part = read(line);
    if (part === null || parts.some(({ stream }) => stream !== part.stream)) flush();
    if (part === null) {
      events.push(plain(line));
      continue;
    }
    parts.push(part);
    if (!part.isPart) flush();
  }
  flush();
  return events;
}

/** Events of several lines. */
function gather(events: readonly Taken[], rule: NonNullable<SourceConfig['multiline']>): Taken[] {
  const groups = groupLines(
    events.map(({ lines }) => lines[0] ?? ''),
    rule,
  );
  let at = 0;
  return groups.map((lines) => {
    const members = events.slice(at, at + lines.length);
    at += lines.length;
    const taken = members.reduce((sum, member) => sum + member.taken, 0);
    return { lines, container: members[0]?.container ?? null, taken, isOpen: true };
  });
}

function write(events: readonly Event[], filter: Filter | null): { body: Buffer; dropped: number } {
  const out: string[] = [];
  let dropped = 0;
  for (const event of events) {
    const text = event.lines.length === 1 ? (event.lines[0] ?? '') : event.lines.join('\n');
    if (text.trim() === '') continue;
    if (filter?.(text) === false) dropped++;
    else out.push(lineOf(event, text));
  }
  return { body: Buffer.from(out.length === 0 ? '' : `${out.join('\n')}\n`), dropped };
}

/** A line of its own stays as it is; several become one JSON line, with the time and level that stand in the first. */
function lineOf({ lines, container }: Event, text: string): string {
  if (container === null && lines.length === 1) return text;
  const stream = container === null ? {} : { 'log.iostream': container.stream };
  // `_time` comes behind the names under which a program's own document may carry a better one.
  if (container !== null && lines.length === 1 && isDocument(text))
    return `${JSON.stringify({ _time: container.time, ...stream }).slice(0, -1)},${text.trimStart().slice(1)}`;
  const timestamp = container?.time ?? timeOfHead(text);
  return JSON.stringify({ timestamp, level: levelWordOfHead(text), ...stream, message: text });
}

function isDocument(text: string): boolean {
  if (!/^\s*\{\s*"/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
