/** Columns that are read from a document by name. */
export type NamedColumn =
  | 'timestamp'
  | 'level'
  | 'message'
  | 'service'
  | 'environment'
  | 'host'
  | 'trace_id'
  | 'span_id';

/**
 * Names that senders use for each column, strongest first. Names match in any case; a dotted name also matches the nested
 * path, since documents are flattened before.
 */
export const ACCEPTED_NAMES: Readonly<Record<NamedColumn, readonly string[]>> = {
  timestamp: [
    'timestamp',
    '@timestamp',
    'time',
    'ts',
    'date',
    'datetime',
    'eventtime',
    'event_time',
    'log_time',
    '_time',
    'asctime',
    '__realtime_timestamp',
  ],
  level: [
    'level',
    'severity',
    'severity_text',
    'severitytext',
    'log.level',
    'loglevel',
    'lvl',
    'levelname',
    'log_level',
    'priority',
  ],
  message: ['message', 'msg', 'log', 'body', 'text', 'event.original', 'short_message', '_msg', 'textpayload'],
  service: [
    'service.name',
    'service',
    'app',
    'application',
    'servicename',
    'service_name',
    'app_name',
    'container_name',
    'kubernetes.container_name',
    'syslog.appname',
  ],
  environment: ['environment', 'env', 'deployment.environment.name', 'deployment.environment', 'stage'],
  host: ['host.name', 'host', 'hostname', 'server', 'node', 'agent.hostname'],
  trace_id: ['trace_id', 'traceid', 'trace.id'],
  span_id: ['span_id', 'spanid', 'span.id'],
};

export const NAMED_COLUMNS = Object.keys(ACCEPTED_NAMES) as readonly NamedColumn[];
