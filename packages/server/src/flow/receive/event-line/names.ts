/** Names by which the store knows a column of its own accord; receivers add what their protocol calls it only when none of these is there. */
export const SERVICE_NAMES = [
  'service.name',
  'service',
  'app',
  'application',
  'serviceName',
  'service_name',
  'app_name',
  'container_name',
];
export const HOST_NAMES = ['host.name', 'host', 'hostname', 'server', 'node'];
export const ENVIRONMENT_NAMES = [
  'environment',
  'env',
  'deployment.environment.name',
  'deployment.environment',
  'stage',
];
export const LEVEL_NAMES = [
  'level',
  'severity',
  'severity_text',
  'severityText',
  'log.level',
  'loglevel',
  'lvl',
  'levelname',
  'log_level',
  'priority',
];
