import { asObject, EventLine, parseOr, textOf } from '../event-line/index.ts';

const TYPE_LEVELS: Readonly<Record<string, string>> = { stderr: 'error', fatal: 'fatal' };

/** The event line of one entry of a Vercel log drain (https://vercel.com/docs/drains/reference/logs). What is no object is kept as it came. */
export function vercelEventLine(text: string): string {
  try {
    const entry = asObject(parseOr(text, null));
    return entry === null ? text : lineOf(entry);
  } catch {
    // Nested too deeply to be written again.
    return text;
  }
}

function lineOf(entry: Readonly<Record<string, unknown>>): string {
  const { timestamp, level, message, source, projectName, ...rest } = entry;
  const line = new EventLine().field('timestamp', timestamp).field('level', level);
  line.weakLevel(TYPE_LEVELS[textOf(rest.type)]).field('service', projectName).field('vercel.source', source);
  if (typeof message === 'string' && message !== '') line.text(message);
  else line.field('message', message ?? requestOf(rest.proxy));
  return line.fields(rest).end();
}

/** What a request without lines of its own was: `GET shop.example.com/pay 502`. */
function requestOf(proxy: unknown): string | undefined {
  const request = asObject(proxy);
  if (request === null) return undefined;
  const { method, host, path, statusCode } = request;
  return [method, `${host ?? ''}${path ?? ''}`, statusCode]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
