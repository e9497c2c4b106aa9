import { asObject, EventLine, parseOr, textOf } from '../event-line/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where Cloudflare's data sets have their time. */
const TIMES = ['EdgeStartTimestamp', 'EventTimestampMs', 'Datetime', 'Timestamp', 'TimestampMs', 'When'];

/** The event line of one line of Logpush. Null for the line with which Cloudflare tries the address; what is no object is kept as it came. */
export function cloudflareEventLine(text: string): string | null {
  try {
    const entry = asObject(parseOr(text, null));
    if (entry === null) return text;
    return Object.keys(entry).length === 1 && textOf(entry.content).startsWith('test') ? null : lineOf(entry);
  } catch {
    // Nested too deeply to be written again.
    return text;
  }
}

function lineOf(entry: Fields): string {
  const time = TIMES.find((name) => entry[name] !== undefined && entry[name] !== '');
  const line = new EventLine();
  if (time !== undefined) line.field('timestamp', entry[time]);
  if (entry.Outcome === 'exception' || entry.Outcome === 'exceededCpu' || entry.Outcome === 'exceededMemory')
    line.weakLevel('error');
  line.field('service', entry.ScriptName).field('host', entry.ClientRequestHost).field('message', messageOf(entry));
  for (const [name, value] of Object.entries(entry)) if (name !== time) line.field(name, value);
  return line.end();
}

/** What a person reads first: the request, the worker's exception, or nothing. */
function messageOf(entry: Fields): string | undefined {
  const {
    ClientRequestMethod: method,
    ClientRequestHost: host,
    ClientRequestURI: uri,
    EdgeResponseStatus: status,
  } = entry;
  if (method !== undefined)
    return [method, `${host ?? ''}${uri ?? ''}`, status].filter((part) => part !== undefined).join(' ');
  if (entry.ScriptName === undefined) return undefined;
  const [exception] = Array.isArray(entry.Exceptions) ? entry.Exceptions : [];
  const why = asObject(exception)?.Message ?? asObject(exception)?.message;
  return [entry.ScriptName, entry.Outcome, why].filter((part) => typeof part === 'string' && part !== '').join(' ');
}
