import { asObject, EventLine, HOST_NAMES, SERVICE_NAMES } from '../event-line/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Where each kind of resource says its service and its host. */
const SERVICE_LABELS = [
  'service_name',
  'module_id',
  'function_name',
  'container_name',
  'job_name',
  'job_id',
  'database_id',
  'cluster_name',
];
const HOST_LABELS = ['instance_name', 'node_name', 'pod_name', 'instance_id'];

/** Whether a document is a Cloud Logging `LogEntry`. */
export const isLogEntry = (document: Fields): boolean =>
  typeof document.logName === 'string' &&
  ('textPayload' in document || 'jsonPayload' in document || 'protoPayload' in document || 'insertId' in document);

/** The event line of a `LogEntry`: severity, payload, resource labels, HTTP request and trace. */
export function logEntryLine(entry: Fields): string {
  const { timestamp, receiveTimestamp, severity, textPayload, jsonPayload, protoPayload, trace, spanId, ...rest } =
    entry;
  const line = new EventLine().field('timestamp', timestamp ?? receiveTimestamp);
  if (severity !== 'DEFAULT') line.field('severity', severity);
  const traceId = typeof trace === 'string' ? trace.split('/traces/')[1] : undefined;
  line.field('trace_id', traceId).field('span_id', spanId);
  if (traceId === undefined) line.field('trace', trace);
  if (typeof textPayload === 'string') line.text(textPayload);
  else line.field('textPayload', textPayload);
  const json = asObject(jsonPayload);
  if (json !== null) line.fields(json);
  const audit = asObject(protoPayload);
  if (audit !== null) line.field('message', auditMessage(audit)).field('protoPayload', audit);
  const request = asObject(rest.httpRequest);
  if (request !== null && textPayload === undefined && json?.message === undefined)
    line.field('message', requestMessage(request));
  line.fields(rest);
  addFromResource(line, entry);
  return line.end();
}

/** `compute.googleapis.com v1.compute.instances.delete: permission denied`. */
const auditMessage = ({ serviceName, methodName, status }: Fields): string =>
  [[serviceName, methodName].filter((part) => part !== undefined).join(' '), asObject(status)?.message]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');

const requestMessage = ({ requestMethod, requestUrl, status }: Fields): string =>
  [requestMethod, requestUrl, status].filter((part) => part !== undefined).join(' ');

function addFromResource(line: EventLine, { resource, labels }: Fields): void {
  const of = asObject(asObject(resource)?.labels) ?? {};
  const own = asObject(labels) ?? {};
  if (!line.hasAny(SERVICE_NAMES))
    line.field('service', own['k8s-pod/app'] ?? SERVICE_LABELS.map((label) => of[label]).find(isGiven));
  if (!line.hasAny(HOST_NAMES))
    line.field(
      'host',
      own['compute.googleapis.com/resource_name'] ?? HOST_LABELS.map((label) => of[label]).find(isGiven),
    );
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== '';
