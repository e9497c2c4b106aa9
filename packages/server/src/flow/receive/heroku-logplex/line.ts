import { asObject, EventLine, parseOr, textOf } from '../event-line/index.ts';
import { syslogEventLine } from '../syslog/message.ts';

/** Logplex puts these where others put a host and an application. */
const NO_HOST = 'host';
const PARTS = new Set(['app', 'heroku']);

/**
 * The event line of one message of Logplex: RFC 5424 without structured data. `app` and `heroku` are `heroku.source`, the process is `heroku.dyno`; what the line says about
 * its level counts more than the priority, which is the same for all. Null for an empty message.
 */
export function herokuEventLine(message: Buffer, receivedAt: number): string | null {
  const text = syslogEventLine(message, { receivedAt, withoutStructuredData: true });
  const read = text === null ? null : asObject(parseOr(text, null));
  if (read === null) return text;
  const { timestamp, host, service, level, message: said, 'syslog.procid': dyno, ...rest } = read;
  const line = new EventLine().field('timestamp', timestamp);
  if (host !== NO_HOST) line.field('host', host);
  line.field(PARTS.has(textOf(service)) ? 'heroku.source' : 'service', service).field('heroku.dyno', dyno);
  return line.fields(rest).text(textOf(said)).weakLevel(level).end();
}
