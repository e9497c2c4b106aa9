import type { LineWriter } from '../protobuf/line-writer.ts';
import { isoOfUnixNanos } from '../protobuf/unix-time.ts';
import type { Wire } from '../protobuf/wire.ts';
import { writeBody, writeKeyValue } from './any-value.ts';
import { Origin } from './origin.ts';
import { walkItems } from './walk.ts';

/** Fields of LogRecord (opentelemetry/proto/logs/v1/logs.proto). */
const TIME = 0x09;
const SEVERITY_NUMBER = 0x10;
const SEVERITY_TEXT = 0x1a;
const BODY = 0x2a;
const ATTRIBUTE = 0x32;
const DROPPED = 0x38;
const FLAGS = 0x45;
const TRACE_ID = 0x4a;
const SPAN_ID = 0x52;
const OBSERVED_TIME = 0x59;
const EVENT_NAME = 0x62;

const NAMES = {
  timestamp: Buffer.from('timestamp'),
  level: Buffer.from('level'),
  message: Buffer.from('message'),
  traceId: Buffer.from('trace_id'),
  spanId: Buffer.from('span_id'),
  severityText: Buffer.from('severity_text'),
  severityNumber: Buffer.from('severity_number'),
  traceFlags: Buffer.from('trace_flags'),
  dropped: Buffer.from('otel.dropped_attributes_count'),
  eventName: Buffer.from('event.name'),
};

/** Four severity numbers a level. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const MAX_SEVERITY = 24;

/**
 * Event lines of an ExportLogsServiceRequest, written into `out`, a record a step. Throws invalid_body. What a record says stands before what its
 * scope and resource say.
 */
export const logLines = (bytes: Buffer, out: LineWriter): Generator<void> =>
  walkItems(bytes, out, (shared) => new Origin(shared), writeRecord);

function writeRecord(wire: Wire, out: LineWriter, origin: Origin): void {
  const end = wire.enter();
  const { bytes } = wire;
  let observedAt = -1;
  let isTimed = false;
  const severity = { number: 0, textStart: 0, textEnd: 0, isWritten: false };
  out.begin();
  while (wire.at < end) {
    const tag = wire.tag();
    switch (tag) {
      case TIME: {
        const at = wire.at;
        wire.skip(tag);
        isTimed = writeTime(out, bytes, at) || isTimed;
        break;
      }
      case SEVERITY_NUMBER:
        severity.number = wire.varint();
        break;
      case SEVERITY_TEXT:
        severity.textEnd = wire.enter();
        severity.textStart = wire.at;
        wire.at = severity.textEnd;
        break;
      case BODY:
        writeSeverity(out, bytes, severity);
        writeBody(wire, out, NAMES.message, origin.hide);
        break;
      case ATTRIBUTE:
        writeSeverity(out, bytes, severity);
        writeKeyValue(wire, out, null, 0, origin.hide);
        break;
      case DROPPED:
        writeNumber(out, NAMES.dropped, wire.varint());
        break;
      case FLAGS:
        writeNumber(out, NAMES.traceFlags, wire.fixed32());
        break;
      case TRACE_ID:
      case SPAN_ID: {
        const stop = wire.enter();
        if (isId(bytes, wire.at, stop) && out.name(tag === TRACE_ID ? NAMES.traceId : NAMES.spanId))
          out.hex(bytes, wire.at, stop);
        wire.at = stop;
        break;
      }
      case OBSERVED_TIME:
        observedAt = wire.at;
        wire.skip(tag);
        break;
      case EVENT_NAME: {
        const stop = wire.enter();
        if (stop > wire.at && out.name(NAMES.eventName)) out.text(bytes, wire.at, stop);
        wire.at = stop;
        break;
      }
      default:
        wire.skip(tag);
    }
  }
  wire.leave(end);
  writeSeverity(out, bytes, severity);
  if (!isTimed && observedAt >= 0) writeTime(out, bytes, observedAt);
  origin.write(out);
  out.end();
}

function writeTime(out: LineWriter, bytes: Buffer, at: number): boolean {
  const time = isoOfUnixNanos(bytes, at);
  if (time === '' || !out.name(NAMES.timestamp)) return false;
  out.word(time);
  return true;
}

function writeNumber(out: LineWriter, name: Buffer, value: number): void {
  if (value !== 0 && out.name(name)) out.word(String(value));
}

interface Severity {
  number: number;
  textStart: number;
  textEnd: number;
  isWritten: boolean;
}

/** The level by number, else by text; number and text are kept where they say more than the level. */
function writeSeverity(out: LineWriter, bytes: Buffer, severity: Severity): void {
  const { number, textStart, textEnd } = severity;
  if (severity.isWritten || (number === 0 && textEnd === textStart)) return;
  severity.isWritten = true;
  const level = number >= 1 && number <= MAX_SEVERITY ? (LEVELS[(number - 1) >>> 2] ?? '') : '';
  const text =
    textEnd === textStart ? '' : bytes.toString('latin1', textStart, Math.min(textEnd, textStart + 8)).toLowerCase();
  if (level !== '' && out.name(NAMES.level)) out.word(level);
  if (number !== 0 && (level === '' || number % 4 !== 1) && out.name(NAMES.severityNumber)) out.word(String(number));
  if (text !== '' && text !== level && out.name(level === '' ? NAMES.level : NAMES.severityText))
    out.text(bytes, textStart, textEnd);
}

/** An id of zeros means "none". */
function isId(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return true;
  return false;
}
