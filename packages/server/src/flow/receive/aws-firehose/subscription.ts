import { asObject, EventLine, SERVICE_NAMES } from '../event-line/index.ts';

/**
 * Event lines of what a CloudWatch Logs subscription sends: `{"messageType":"DATA_MESSAGE","owner","logGroup","logStream","logEvents":[{id,timestamp,message}]}`. A control
 * message (CloudWatch tries the way with it) has none. Null for anything else.
 */
export function subscriptionLines(document: unknown): string[] | null {
  const object = asObject(document);
  if (object === null || typeof object.messageType !== 'string' || !Array.isArray(object.logEvents)) return null;
  if (object.messageType === 'CONTROL_MESSAGE') return [];
  return object.logEvents.map((event: unknown) => eventLine(object, event));
}

function eventLine(group: Readonly<Record<string, unknown>>, event: unknown): string {
  const { id, timestamp, message, ...rest } = asObject(event) ?? { message: event };
  const line = new EventLine().field('timestamp', timestamp);
  line.field('aws.log_group', group.logGroup).field('aws.log_stream', group.logStream);
  line.field('cloud.account.id', group.owner).field('aws.log_event_id', id);
  line.text(typeof message === 'string' ? message : JSON.stringify(message ?? null)).fields(rest);
  if (!line.hasAny(SERVICE_NAMES)) line.field('service', serviceOf(group.logGroup));
  return line.end();
}

/** `/aws/lambda/checkout` is the service `checkout`. */
const serviceOf = (logGroup: unknown): string =>
  typeof logGroup === 'string' ? (logGroup.split('/').findLast((part) => part !== '') ?? '') : '';
