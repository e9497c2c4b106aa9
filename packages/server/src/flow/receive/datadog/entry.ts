import { asObject, EventLine, LEVEL_NAMES, textOf } from '../event-line/index.ts';

/** Datadog's statuses; another word or number (an HTTP status) is a field of its own. */
const STATUS =
  /^(?:emerg(?:ency)?|alert|crit(?:ical)?|fatal|err(?:or)?|warn(?:ing)?|notice|info(?:rmation)?|debug|trace|verbose|ok)$/i;

/** What the query says for all entries of a request. */
export interface ForAll {
  readonly hostname: string | undefined;
  readonly ddsource: string | undefined;
  readonly ddtags: string | undefined;
}

/**
 * The event line of one entry: `timestamp`, `hostname`, `service`, `status`, then the message (the fields of one that is JSON), other attributes, and tags:
 * `env:prod` becomes the field `env`, several values of a tag an array, a tag without a colon stands in `ddtags`. Null for an empty entry (agents try the
 * connection with one).
 */
export function datadogEventLine(entry: unknown, forAll: ForAll): string | null {
  const object = asObject(entry);
  if (object === null) return new EventLine().text(typeof entry === 'string' ? entry : JSON.stringify(entry)).end();
  if (Object.keys(object).length === 0) return null;
  const { timestamp, message, status, ddtags, ...rest } = object;
  const line = new EventLine().field('timestamp', timestamp);
  const isLevel = typeof status === 'string' && STATUS.test(status);
  if (isLevel) line.field('level', /^ok$/i.test(status) ? 'info' : status);
  line.fields(rest);
  if (typeof message === 'string') line.text(message);
  else line.field('message', message);
  if (!isLevel || !line.hasAny(LEVEL_NAMES)) line.field('status', status);
  if (rest.hostname === undefined) line.field('hostname', forAll.hostname);
  if (rest.ddsource === undefined) line.field('ddsource', forAll.ddsource);
  addTags(line, [ddtags, forAll.ddtags]);
  return line.end();
}

function addTags(line: EventLine, lists: readonly unknown[]): void {
  const tags = new Map<string, string[]>();
  for (const tag of lists.flatMap(tagsOf)) {
    const at = tag.indexOf(':');
    const [name, value] = at > 0 ? [tag.slice(0, at), tag.slice(at + 1)] : ['ddtags', tag];
    const values = tags.get(name);
    if (values === undefined) tags.set(name, [value]);
    else if (!values.includes(value)) values.push(value);
  }
  for (const [name, values] of tags) line.field(name, values.length === 1 ? values[0] : values);
}

const tagsOf = (tags: unknown): string[] =>
  (typeof tags === 'string' ? tags.split(',') : Array.isArray(tags) ? tags.map(textOf) : [])
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
