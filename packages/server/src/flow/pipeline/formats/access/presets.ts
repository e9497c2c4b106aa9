import { HAPROXY, HAPROXY_TCP } from './haproxy.ts';
import type { LineFormat } from './log-format.ts';
import { readLogFormat } from './log-format.ts';
import { of, text, type Variable } from './variable.ts';
import { IIS_DEFAULT, w3cFormat } from './w3c.ts';

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

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage#default-format-string */
const ENVOY =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% "%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"';

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
