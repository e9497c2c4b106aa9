import type { LineFormat } from './log-format.ts';
import { of, text, type Variable } from './variable.ts';

const word = String.raw`(?:-|(\S*))`;

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
export const IIS_DEFAULT =
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
