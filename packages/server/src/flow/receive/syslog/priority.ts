/** Severities 0 to 7 (RFC 5424, 6.2.1) by their usual keywords, and the levels they are. */
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const LEVELS = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'];
const FACILITIES = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'audit', 'alert', 'clock', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
];

/** JSON fields for each of the 192 priorities, made once: facility × 8 + severity. */
const FIELDS: readonly string[] = FACILITIES.flatMap((facility) =>
  SEVERITIES.map(
    (severity, number) => `"level":"${LEVELS[number]}","syslog.facility":"${facility}","syslog.severity":"${severity}"`,
  ),
);

/** Level, facility and severity in the form of JSON fields, without braces; null for a number that is no priority. */
export const priorityFields = (priority: number): string | null => FIELDS[priority] ?? null;
