import { asObject, EventLine, LEVEL_NAMES, parseExactly, SERVICE_NAMES, textOf } from '../event-line/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Azure's numbers: activity and diagnostic logs count from 1, Application Insights from 0. */
const LEVELS = ['', 'critical', 'error', 'warning', 'informational', 'verbose'];
const SEVERITY_LEVELS = ['verbose', 'informational', 'warning', 'error', 'critical'];
const MESSAGE_KEYS = ['message', 'Message', 'msg', 'Msg', 'log', 'ResultDescription'];

/** The event line of one diagnostic record (`time`, `resourceId`, `category`, `operationName`, `level`, `properties`), or of an Event Grid event. */
export function azureEventLine(record: unknown): string {
  const object = asObject(record);
  if (object === null) return new EventLine().text(typeof record === 'string' ? record : JSON.stringify(record)).end();
  const { time, timeStamp, Level, level, resourceId, properties: given, ...rest } = object;
  const properties = propertiesOf(given);
  const line = new EventLine().field('timestamp', time ?? timeStamp ?? object.eventTime);
  line.field('level', levelOf(level ?? Level, object.SeverityLevel ?? properties?.SeverityLevel));
  const { key, text } = messageOf(object, properties);
  if (text !== '') line.text(text);
  const taken = new Set(key === undefined ? [] : [key]);
  line.fields(without(rest, properties?.[key ?? ''] === undefined ? taken : new Set()));
  if (properties !== null) line.fields(prefixed(without(properties, taken)));
  else line.field('properties', given);
  addResource(line, resourceId);
  if (!line.hasAny(LEVEL_NAMES)) line.field('level', properties?.level);
  return line.end();
}

/** Some services send their properties as a text of JSON. */
function propertiesOf(given: unknown): Fields | null {
  if (typeof given !== 'string' || !given.startsWith('{')) return asObject(given);
  try {
    return asObject(parseExactly(given));
  } catch {
    return null;
  }
}

function levelOf(level: unknown, severityLevel: unknown): unknown {
  const number = Number(textOf(level));
  if (level !== undefined && level !== '' && Number.isInteger(number)) return LEVELS[number] ?? level;
  if (level === undefined && severityLevel !== undefined)
    return SEVERITY_LEVELS[Number(textOf(severityLevel))] ?? textOf(severityLevel);
  return level;
}

/** What a person reads first, and the name it had. */
function messageOf(record: Fields, properties: Fields | null): { key: string | undefined; text: string } {
  for (const fields of [properties ?? {}, record]) {
    const key = MESSAGE_KEYS.find((name) => typeof fields[name] === 'string' && fields[name] !== '');
    if (key !== undefined) return { key, text: textOf(fields[key]) };
  }
  const { resultDescription, operationName, resultType, eventType, type, subject } = record;
  if (typeof resultDescription === 'string' && resultDescription !== '')
    return { key: undefined, text: resultDescription };
  const words = [operationName ?? eventType ?? type, resultType ?? subject];
  return { key: undefined, text: words.filter((word) => typeof word === 'string' && word !== '').join(' ') };
}

const without = (fields: Fields, names: ReadonlySet<string>): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
const prefixed = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`properties.${name}`, value]));

/** `/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.Web/sites/NAME`, in any case. */
function addResource(line: EventLine, resourceId: unknown): void {
  line.field('azure.resource_id', resourceId);
  if (typeof resourceId !== 'string') return;
  const parts = resourceId.toLowerCase().split('/');
  const after = (name: string): string | undefined => parts[parts.indexOf(name) + 1];
  if (parts.includes('subscriptions')) line.field('azure.subscription_id', after('subscriptions'));
  if (parts.includes('resourcegroups')) line.field('azure.resource_group', after('resourcegroups'));
  if (!line.hasAny(SERVICE_NAMES))
    line.field(
      'service',
      parts.findLast((part) => part !== ''),
    );
}
