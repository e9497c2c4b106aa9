import { asObject, EventLine, parseOr, textOf } from '../event-line/index.ts';

/** Syslog's severities, which GELF counts in. */
const LEVELS = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'];

/**
 * The event line of a GELF message (https://go2docs.graylog.org/current/getting_in_log_data/gelf.html): `short_message` is the message, additional fields lose their
 * underscore. A text that is no JSON object is a line of its own, as it came.
 */
export function gelfEventLine(text: string): string {
  try {
    const message = asObject(parseOr(text, null));
    return message === null ? text : lineOf(message);
  } catch {
    // Nested too deeply to be written again.
    return text;
  }
}

function lineOf(message: Readonly<Record<string, unknown>>): string {
  const { version: _version, timestamp, host, level, short_message: short, full_message: full, ...rest } = message;
  const line = new EventLine().field('timestamp', timestamp).field('host', host);
  line.field('level', LEVELS[Number(textOf(level) || Number.NaN)] ?? level);
  const isShort = typeof short === 'string' && short !== '';
  const first = isShort ? short : full;
  if (typeof first === 'string') line.text(first);
  else line.field('message', first ?? short);
  if (isShort && full !== short) line.field('full_message', full);
  for (const [name, value] of Object.entries(rest)) line.field(name.startsWith('_') ? name.slice(1) : name, value);
  return line.end();
}
