import { isUtf8 } from 'node:buffer';
import { EventLine } from '../event-line/index.ts';
import type { JournalEntry } from './export-format.ts';

/** Syslog's severities in PRIORITY. */
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
/** Of the journal and its transport, or read into columns. */
const LEFT_OUT = new Set([
  '__CURSOR',
  '__SEQNUM',
  '__SEQNUM_ID',
  '__MONOTONIC_TIMESTAMP',
  '__REALTIME_TIMESTAMP',
  'MESSAGE',
  'PRIORITY',
  '_HOSTNAME',
]);
/** Units that say nothing about the program. */
const GENERAL_UNIT = /^(?:user@\d+|session-\w+|init|user-\d+)\./;

/** The event line of an entry: time, host, level, the unit (else the identifier) as service, the message (or the fields of one that is JSON), and all other fields. */
export function journalEventLine(entry: JournalEntry): string {
  const texts = new Map<string, string[]>();
  const binary: string[] = [];
  for (const [name, value] of entry) {
    const isText = isUtf8(value);
    if (!isText) binary.push(name);
    const text = isText ? value.toString('utf8') : value.toString('base64');
    const texted = texts.get(name);
    if (texted === undefined) texts.set(name, [text]);
    else texted.push(text);
  }
  const one = (name: string): string | undefined => texts.get(name)?.[0];
  const line = new EventLine().field('timestamp', one('__REALTIME_TIMESTAMP')).field('host', one('_HOSTNAME'));
  const priority = one('PRIORITY');
  line.field('service', serviceOf(one));
  line.text(one('MESSAGE') ?? '').weakLevel(LEVELS[Number(priority ?? Number.NaN)] ?? priority);
  for (const [name, values] of texts)
    if (!LEFT_OUT.has(name)) line.field(name, values.length === 1 ? values[0] : values);
  // The bytes of these are here in base64.
  if (binary.length > 0) line.field('journald.base64', binary);
  return line.end();
}

function serviceOf(one: (name: string) => string | undefined): string | undefined {
  const unit = one('_SYSTEMD_UNIT');
  const named = unit === undefined || GENERAL_UNIT.test(unit) ? undefined : unit.replace(/\.service$/, '');
  return one('CONTAINER_NAME') ?? named ?? one('SYSLOG_IDENTIFIER') ?? one('_COMM');
}

/** Where an entry stands in its journal: the same whenever it is uploaded again. Undefined when the sender does not say. */
export function placeOf(entry: JournalEntry): { readonly journal: string; readonly number: number } | undefined {
  const cursor = entry.find(([name]) => name === '__CURSOR')?.[1].toString('latin1') ?? '';
  const [, journal, number] = /s=([0-9a-f]+);i=([0-9a-f]+)/.exec(cursor) ?? [];
  return journal === undefined || number === undefined ? undefined : { journal, number: Number.parseInt(number, 16) };
}
