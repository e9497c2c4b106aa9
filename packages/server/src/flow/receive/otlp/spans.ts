import type { LineWriter } from '../protobuf/line-writer.ts';
import { isoOfUnixNanos, nanosBetween, unixNanosText } from '../protobuf/unix-time.ts';
import type { Wire } from '../protobuf/wire.ts';
import { jsonMember } from './any-value-json.ts';
import { TableOrigin, writeAttributes } from './table-origin.ts';
import { walkItems } from './walk.ts';

/** Fields of Span (opentelemetry/proto/trace/v1/trace.proto). */
const [TRACE_ID, SPAN_ID, TRACE_STATE, PARENT_ID, NAME, KIND] = [0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x30];
const [START, END, ATTRIBUTE, EVENT, LINK, STATUS] = [0x39, 0x41, 0x4a, 0x5a, 0x6a, 0x7a];
/** Fields of Status. */
const [STATUS_MESSAGE, STATUS_CODE] = [0x12, 0x18];

/** Columns of `spans` by the fields that give them. */
const IDS = new Map([
  [TRACE_ID, Buffer.from('trace_id')],
  [SPAN_ID, Buffer.from('span_id')],
  [PARENT_ID, Buffer.from('parent_span_id')],
]);
const TEXTS = new Map([
  [TRACE_STATE, Buffer.from('trace_state')],
  [NAME, Buffer.from('name')],
]);
const NAMES = {
  time: Buffer.from('time'),
  duration: Buffer.from('duration_ns'),
  kind: Buffer.from('kind'),
  status: Buffer.from('status'),
  statusMessage: Buffer.from('status_message'),
  events: Buffer.from('events'),
  links: Buffer.from('links'),
};
const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['', 'ok', 'error'];

/** Lines of an ExportTraceServiceRequest for the table `spans`, a span a step. Throws invalid_body. */
export const spanLines = (bytes: Buffer, out: LineWriter): Generator<void> =>
  walkItems(bytes, out, (shared) => new TableOrigin(shared), writeSpan);

function writeSpan(wire: Wire, out: LineWriter, origin: TableOrigin): void {
  const end = wire.enter();
  const start = wire.at;
  let [startAt, endAt] = [-1, -1];
  const events: string[] = [];
  const links: string[] = [];
  out.begin();
  while (wire.at < end) {
    const tag = wire.tag();
    const id = IDS.get(tag);
    const text = TEXTS.get(tag);
    if (id !== undefined || text !== undefined) {
      const stop = wire.enter();
      if (id !== undefined && out.name(id)) out.hex(wire.bytes, wire.at, stop);
      if (text !== undefined && out.name(text)) out.text(wire.bytes, wire.at, stop);
      wire.at = stop;
    } else if (tag === START || tag === END) {
      if (tag === START) startAt = wire.at;
      else endAt = wire.at;
      wire.skip(tag);
    } else if (tag === KIND) writeWord(out, NAMES.kind, KINDS[wire.varint()]);
    else if (tag === STATUS) writeStatus(wire, out);
    else if (tag === EVENT) events.push(eventJson(wire));
    else if (tag === LINK) links.push(linkJson(wire));
    else wire.skip(tag);
  }
  wire.leave(end);
  if (startAt >= 0 && out.name(NAMES.time)) out.json(unixNanosText(wire.bytes, startAt));
  if (startAt >= 0 && endAt >= 0 && out.name(NAMES.duration)) out.json(nanosBetween(wire.bytes, startAt, endAt));
  origin.writeColumns(out);
  writeAttributes(wire, out, origin, ATTRIBUTE, start, end);
  writeList(out, NAMES.events, events);
  writeList(out, NAMES.links, links);
  out.end();
}

function writeWord(out: LineWriter, name: Buffer, word: string | undefined): void {
  if (word !== undefined && word !== '' && out.name(name)) out.word(word);
}

function writeList(out: LineWriter, name: Buffer, items: readonly string[]): void {
  if (items.length > 0 && out.name(name)) out.text(Buffer.from(`[${items.join(',')}]`));
}

function writeStatus(wire: Wire, out: LineWriter): void {
  const end = wire.enter();
  while (wire.at < end) {
    const tag = wire.tag();
    if (tag === STATUS_CODE) writeWord(out, NAMES.status, STATUSES[wire.varint()]);
    else if (tag === STATUS_MESSAGE) {
      const stop = wire.enter();
      if (out.name(NAMES.statusMessage)) out.text(wire.bytes, wire.at, stop);
      wire.at = stop;
    } else wire.skip(tag);
  }
  wire.leave(end);
}

/** Span.Event: time, name, attributes. */
function eventJson(wire: Wire): string {
  return objectJson(wire, (tag, members, attributes) => {
    if (tag === 0x09) {
      const at = wire.at;
      wire.skip(tag);
      members.push(`"timestamp":"${isoOfUnixNanos(wire.bytes, at)}"`);
    } else if (tag === 0x12) members.push(`"name":${JSON.stringify(wire.text())}`);
    else if (tag === 0x1a) attributes.push(memberJson(wire));
    else wire.skip(tag);
  });
}

/** Span.Link: trace id, span id, state, attributes. */
function linkJson(wire: Wire): string {
  return objectJson(wire, (tag, members, attributes) => {
    if (tag === 0x0a) members.push(`"trace_id":"${wire.slice().toString('hex')}"`);
    else if (tag === 0x12) members.push(`"span_id":"${wire.slice().toString('hex')}"`);
    else if (tag === 0x1a) members.push(`"trace_state":${JSON.stringify(wire.text())}`);
    else if (tag === 0x22) attributes.push(memberJson(wire));
    else wire.skip(tag);
  });
}

function memberJson(wire: Wire): string {
  const { key, json } = jsonMember(wire);
  return `${JSON.stringify(key)}:${json}`;
}

function objectJson(wire: Wire, read: (tag: number, members: string[], attributes: string[]) => void): string {
  const end = wire.enter();
  const members: string[] = [];
  const attributes: string[] = [];
  while (wire.at < end) read(wire.tag(), members, attributes);
  wire.leave(end);
  if (attributes.length > 0) members.push(`"attributes":{${attributes.join(',')}}`);
  return `{${members.join(',')}}`;
}
