import type { LineFormat } from './log-format.ts';
import { readLogFormat } from './log-format.ts';
import type { Variable, VariableKind } from './variable.ts';

const text = (field: string): Variable => ({ field, kind: 'text' });
const of = (field: string, kind: VariableKind): Variable => ({ field, kind });

const quoted = String.raw`"(?:-|((?:[^"\\]|\\.)*))"`;
const word = String.raw`(?:-|(\S*))`;

/** Columns of a line that are cut at spaces, with `"…"` around those with spaces. */
function columns(names: readonly (Variable | 'quoted' | null)[]): LineFormat {
  let isQuoted = false;
  const parts: string[] = [];
  const variables: Variable[] = [];
  for (const name of names) {
    if (name === 'quoted') isQuoted = true;
    else {
      parts.push(isQuoted ? quoted : word);
      variables.push(name ?? text(''));
      isQuoted = false;
    }
  }
  return { source: `^${parts.join(' ')}(?: .*)?$`, variables };
}

const COMMON = '$remote_addr $identity $remote_user [$time_local] "$request" $status $body_bytes_sent';
/** Further columns behind the known ones are common and are left unread. */
const open = (format: LineFormat): LineFormat => ({
  source: `${format.source.replace(/\\s\*\$$/, '')}(?: .*)?$`,
  variables: format.variables.map((variable) =>
    variable.field === 'nginx.identity' ? text('user.identity') : variable,
  ),
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html */
const ALB = columns([
  text('aws.alb.type'),
  text('timestamp'),
  text('aws.alb.name'),
  text('client.address'),
  text('upstream.address'),
  of('aws.alb.request_processing.duration', 'seconds'),
  of('upstream.response.duration', 'seconds'),
  of('aws.alb.response_processing.duration', 'seconds'),
  text('http.response.status_code'),
  text('upstream.status_code'),
  text('http.request.size'),
  text('http.response.size'),
  'quoted',
  of('http.request.line', 'request'),
  'quoted',
  text('user_agent.original'),
  text('tls.cipher'),
  text('tls.protocol.version'),
  text('aws.alb.target_group'),
  'quoted',
  text('aws.alb.trace_id'),
  'quoted',
  text('tls.server_name'),
  'quoted',
  text('aws.alb.certificate'),
  text('aws.alb.rule_priority'),
  text('aws.alb.request_creation_time'),
  'quoted',
  text('aws.alb.actions'),
  'quoted',
  text('aws.alb.redirect_url'),
  'quoted',
  text('aws.alb.error_reason'),
]);

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html */
const CLOUDFRONT_FIELDS = [
  'date',
  'time',
  'aws.cloudfront.edge_location',
  'http.response.size',
  'client.address',
  'http.request.method',
  'aws.cloudfront.distribution',
  'url.path',
  'http.response.status_code',
  'http.request.header.referer',
  'user_agent.original',
  'url.query',
  'http.request.header.cookie',
  'aws.cloudfront.result_type',
  'http.request.id',
  'server.address',
  'url.scheme',
  'http.request.size',
  'http.server.request.duration',
  'http.request.header.x-forwarded-for',
  'tls.protocol.version',
  'tls.cipher',
  'aws.cloudfront.response_result_type',
  'network.protocol.version',
];
const CLOUDFRONT: LineFormat = {
  source: `^([0-9-]{10}\\t[0-9:]{8})\\t${CLOUDFRONT_FIELDS.slice(2)
    .map(() => String.raw`(?:-|([^\t]*))`)
    .join('\\t')}(?:\\t.*)?$`,
  variables: [text('timestamp'), ...CLOUDFRONT_FIELDS.slice(2).map(text)],
};

/** https://docs.haproxy.org/3.0/configuration.html#8.2.3, with what syslog puts before it or without. */
const HAPROXY: LineFormat = {
  source: String.raw`^(?:.*?haproxy\[(\d+)\]: )?(\S+):(\d+) \[([^\]]+)\] (\S+) ([^/ ]+)/(\S+) (-?\d+)/(-?\d+)/(-?\d+)/(-?\d+)/\+?(-?\d+) (-?\d+) \+?(\d+) (?:-|(\S+)) (?:-|(\S+)) (\S{4}) (\d+)/(\d+)/(\d+)/(\d+)/\+?(\d+) (\d+)/(\d+)(?: \{([^}]*)\})?(?: \{([^}]*)\})? "([^"]*)"?.*$`,
  variables: [
    text('process.pid'),
    text('client.address'),
    text('client.port'),
    text('timestamp'),
    text('haproxy.frontend'),
    text('haproxy.backend'),
    text('haproxy.server'),
    of('haproxy.request.duration', 'milliseconds'),
    of('haproxy.queue.duration', 'milliseconds'),
    of('upstream.connect.duration', 'milliseconds'),
    of('upstream.response.duration', 'milliseconds'),
    of('http.server.request.duration', 'milliseconds'),
    text('http.response.status_code'),
    text('http.response.size'),
    text('haproxy.request_cookie'),
    text('haproxy.response_cookie'),
    text('haproxy.termination_state'),
    text('haproxy.connections.active'),
    text('haproxy.connections.frontend'),
    text('haproxy.connections.backend'),
    text('haproxy.connections.server'),
    text('haproxy.retries'),
    text('haproxy.queue.server'),
    text('haproxy.queue.backend'),
    text('haproxy.request_headers'),
    text('haproxy.response_headers'),
    of('http.request.line', 'request'),
  ],
};
const HAPROXY_TCP: LineFormat = {
  source: String.raw`^(?:.*?haproxy\[(\d+)\]: )?(\S+):(\d+) \[([^\]]+)\] (\S+) ([^/ ]+)/(\S+) (-?\d+)/(-?\d+)/\+?(-?\d+) \+?(\d+) (\S\S) (\d+)/(\d+)/(\d+)/(\d+)/\+?(\d+) (\d+)/(\d+).*$`,
  variables: [
    text('process.pid'),
    text('client.address'),
    text('client.port'),
    text('timestamp'),
    text('haproxy.frontend'),
    text('haproxy.backend'),
    text('haproxy.server'),
    of('haproxy.queue.duration', 'milliseconds'),
    of('upstream.connect.duration', 'milliseconds'),
    of('haproxy.session.duration', 'milliseconds'),
    text('haproxy.bytes'),
    text('haproxy.termination_state'),
    text('haproxy.connections.active'),
    text('haproxy.connections.frontend'),
    text('haproxy.connections.backend'),
    text('haproxy.connections.server'),
    text('haproxy.retries'),
    text('haproxy.queue.server'),
    text('haproxy.queue.backend'),
  ],
};

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string */
const ENVOY =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"';

const W3C: Readonly<Record<string, Variable>> = {
  's-ip': text('network.local.address'),
  's-port': text('server.port'),
  's-computername': text('host'),
  's-sitename': text('iis.site'),
  'cs-method': text('http.request.method'),
  'cs-uri-stem': text('url.path'),
  'cs-uri-query': text('url.query'),
  'cs-username': text('user.name'),
  'c-ip': text('client.address'),
  'cs(User-Agent)': text('user_agent.original'),
  'cs(Referer)': text('http.request.header.referer'),
  'cs(Cookie)': text('http.request.header.cookie'),
  'cs-host': text('server.address'),
  'cs-version': text('network.protocol.version'),
  'sc-status': text('http.response.status_code'),
  'sc-substatus': text('iis.substatus'),
  'sc-win32-status': text('iis.win32_status'),
  'sc-bytes': text('http.response.size'),
  'cs-bytes': text('http.request.size'),
  'time-taken': of('http.server.request.duration', 'milliseconds'),
};
const IIS_DEFAULT =
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken';

/** The `#Fields:` of a W3C log (IIS), with or without that word. */
export function w3cFormat(fields: string): LineFormat {
  const names = fields
    .replace(/^#?Fields:\s*/, '')
    .trim()
    .split(/\s+/);
  const variables: Variable[] = [];
  const parts: string[] = [];
  names.forEach((name, i) => {
    if (name === 'time' && names[i - 1] === 'date') return;
    const isTime = name === 'date' && names[i + 1] === 'time';
    parts.push(isTime ? '([0-9-]{10} [0-9:.]{8,})' : word);
    variables.push(
      isTime ? text('timestamp') : (W3C[name] ?? text(`iis.${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`)),
    );
  });
  return { source: `^${parts.join(' ')}(?: .*)?$`, variables };
}

export const PRESETS: Readonly<Record<string, () => LineFormat>> = {
  common: () => open(readLogFormat(COMMON, '')),
  combined: () => open(readLogFormat(`${COMMON} "$http_referer" "$http_user_agent"`, '')),
  alb: () => ALB,
  cloudfront: () => CLOUDFRONT,
  haproxy: () => HAPROXY,
  haproxy_tcp: () => HAPROXY_TCP,
  envoy: () => open(readLogFormat(ENVOY, '')),
  iis: () => w3cFormat(IIS_DEFAULT),
};
