/** How the text of a variable becomes fields. */
export type VariableKind =
  | 'text'
  /** `GET /path?query HTTP/1.1`. */
  | 'request'
  /** A path with its query. */
  | 'target'
  /** A time: seconds, milliseconds, microseconds, as seconds. */
  | 'seconds'
  | 'milliseconds'
  | 'microseconds'
  /** One for each upstream that was asked: `0.1, 0.2 : 0.3`, in seconds; their sum. */
  | 'upstream';

/** A variable of a log format: where its text goes. A name of '' is not kept. */
export interface Variable {
  readonly field: string;
  readonly kind: VariableKind;
  /** Its own pattern, where what follows does not end it. */
  readonly pattern?: string;
}

export const text = (field: string): Variable => ({ field, kind: 'text' });
export const of = (field: string, kind: VariableKind): Variable => ({ field, kind });
const header = (direction: 'request' | 'response', name: string): string =>
  `http.${direction}.header.${name.toLowerCase().replaceAll('_', '-')}`;
const several = String.raw`(?:-|[0-9.]+)(?:(?:, | : )(?:-|[0-9.]+))*`;

const NGINX: Readonly<Record<string, Variable>> = {
  remote_addr: text('client.address'),
  realip_remote_addr: text('network.peer.address'),
  remote_port: text('client.port'),
  remote_user: text('user.name'),
  time_local: text('timestamp'),
  time_iso8601: text('timestamp'),
  msec: text('timestamp'),
  request: { field: 'http.request.line', kind: 'request' },
  request_method: text('http.request.method'),
  request_uri: { field: 'url.path', kind: 'target' },
  uri: text('url.path'),
  document_uri: text('url.path'),
  args: text('url.query'),
  query_string: text('url.query'),
  scheme: text('url.scheme'),
  server_protocol: text('network.protocol.version'),
  status: text('http.response.status_code'),
  body_bytes_sent: text('http.response.body.size'),
  bytes_sent: text('http.response.size'),
  request_length: text('http.request.size'),
  content_length: text('http.request.body.size'),
  request_time: { field: 'http.server.request.duration', kind: 'seconds' },
  upstream_response_time: { field: 'upstream.response.duration', kind: 'upstream', pattern: several },
  upstream_connect_time: { field: 'upstream.connect.duration', kind: 'upstream', pattern: several },
  upstream_header_time: { field: 'upstream.header.duration', kind: 'upstream', pattern: several },
  upstream_addr: { field: 'upstream.address', kind: 'text', pattern: String.raw`\S+(?:(?:, | : )\S+)*` },
  upstream_status: { field: 'upstream.status_code', kind: 'text', pattern: several },
  upstream_cache_status: text('upstream.cache.status'),
  upstream_bytes_received: text('upstream.response.size'),
  upstream_bytes_sent: text('upstream.request.size'),
  host: text('server.address'),
  http_host: text('server.address'),
  server_name: text('server.address'),
  server_addr: text('network.local.address'),
  server_port: text('server.port'),
  http_user_agent: text('user_agent.original'),
  request_id: text('http.request.id'),
  kong_request_id: text('http.request.id'),
  hostname: text('host'),
  pid: text('process.pid'),
  ssl_protocol: text('tls.protocol.version'),
  ssl_cipher: text('tls.cipher'),
  pipe: text(''),
};

/** `$name` of nginx and what is made with it (Kong, OpenResty, ingress controllers). */
export function nginxVariable(name: string): Variable {
  const known = Object.hasOwn(NGINX, name) ? NGINX[name] : undefined;
  if (known !== undefined) return known;
  const [, prefix, rest = ''] = /^(http|sent_http|upstream_http|cookie|arg)_(.+)$/.exec(name) ?? [];
  if (prefix === 'http') return text(header('request', rest));
  if (prefix === 'sent_http' || prefix === 'upstream_http') return text(header('response', rest));
  if (prefix === 'cookie') return text(`http.request.cookie.${rest}`);
  if (prefix === 'arg') return text(`url.query.${rest}`);
  return text(`nginx.${name}`);
}

const APACHE: Readonly<Record<string, Variable>> = {
  h: text('client.address'),
  a: text('client.address'),
  A: text('network.local.address'),
  l: text('user.identity'),
  u: text('user.name'),
  r: { field: 'http.request.line', kind: 'request' },
  s: text('http.response.status_code'),
  b: text('http.response.body.size'),
  B: text('http.response.body.size'),
  O: text('http.response.size'),
  I: text('http.request.size'),
  D: { field: 'http.server.request.duration', kind: 'microseconds' },
  T: { field: 'http.server.request.duration', kind: 'seconds' },
  m: text('http.request.method'),
  U: text('url.path'),
  q: text('url.query'),
  H: text('network.protocol.version'),
  v: text('server.address'),
  V: text('server.address'),
  p: text('server.port'),
  P: text('process.pid'),
  L: text('http.request.id'),
  f: text('file.path'),
  k: text('http.connection.requests'),
  X: text('http.connection.status'),
};

/** `%>s`, `%{Referer}i`, `%{ms}T` of Apache's LogFormat; null for what it does not have. */
export function apacheVariable(letter: string, argument: string): Variable | null {
  if (argument === '' || letter === 'h' || letter === 'a' || letter === 'p' || letter === 'P') {
    if (letter === 't') return { field: 'timestamp', kind: 'text', pattern: String.raw`\[[^\]]*\]` };
    return APACHE[letter] ?? null;
  }
  if (letter === 'i' && argument.toLowerCase() === 'user-agent') return text('user_agent.original');
  if (letter === 'i') return text(header('request', argument));
  if (letter === 'o') return text(header('response', argument));
  if (letter === 'C') return text(`http.request.cookie.${argument}`);
  if (letter === 'e' || letter === 'n' || letter === 'x') return text(`apache.${argument}`);
  if (letter === 't') return text('timestamp');
  const unit = { ms: 'milliseconds', us: 'microseconds', s: 'seconds' } as const;
  if (letter === 'T' && (argument === 'ms' || argument === 'us' || argument === 's'))
    return { field: 'http.server.request.duration', kind: unit[argument] };
  return null;
}

const ENVOY: Readonly<Record<string, Variable>> = {
  START_TIME: text('timestamp'),
  PROTOCOL: text('network.protocol.version'),
  RESPONSE_CODE: text('http.response.status_code'),
  RESPONSE_CODE_DETAILS: text('envoy.response_code_details'),
  RESPONSE_FLAGS: text('envoy.response_flags'),
  CONNECTION_TERMINATION_DETAILS: text('envoy.connection_termination_details'),
  UPSTREAM_TRANSPORT_FAILURE_REASON: text('envoy.upstream_transport_failure_reason'),
  BYTES_RECEIVED: text('http.request.body.size'),
  BYTES_SENT: text('http.response.body.size'),
  DURATION: { field: 'http.server.request.duration', kind: 'milliseconds' },
  REQUEST_DURATION: { field: 'envoy.request.duration', kind: 'milliseconds' },
  RESPONSE_DURATION: { field: 'envoy.response.duration', kind: 'milliseconds' },
  UPSTREAM_HOST: text('upstream.address'),
  UPSTREAM_CLUSTER: text('envoy.upstream_cluster'),
  UPSTREAM_LOCAL_ADDRESS: text('envoy.upstream_local_address'),
  DOWNSTREAM_LOCAL_ADDRESS: text('network.local.address'),
  DOWNSTREAM_REMOTE_ADDRESS: text('network.peer.address'),
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: text('client.address'),
  REQUESTED_SERVER_NAME: text('tls.server_name'),
  ROUTE_NAME: text('envoy.route'),
};
const ENVOY_HEADERS: Readonly<Record<string, Variable>> = {
  ':METHOD': text('http.request.method'),
  ':PATH': { field: 'url.path', kind: 'target' },
  ':AUTHORITY': text('server.address'),
  ':SCHEME': text('url.scheme'),
  'USER-AGENT': text('user_agent.original'),
  'X-REQUEST-ID': text('http.request.id'),
  'X-ENVOY-UPSTREAM-SERVICE-TIME': { field: 'upstream.response.duration', kind: 'milliseconds' },
};

/** `%RESPONSE_CODE%`, `%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%` of Envoy; the second name of a header stands in for the first. */
export function envoyVariable(name: string, argument: string): Variable {
  if (name !== 'REQ' && name !== 'RESP' && name !== 'TRAILER')
    return ENVOY[name] ?? text(`envoy.${name.toLowerCase()}`);
  const names = (argument.split(':')[0] === '' ? [argument] : argument.split('?')).map((each) => each.toUpperCase());
  const known = names.map((each) => ENVOY_HEADERS[each]).find((each) => each !== undefined);
  return known ?? text(header(name === 'REQ' ? 'request' : 'response', names[0] ?? ''));
}
