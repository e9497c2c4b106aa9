import type { FastifyRequest } from 'fastify';
import { SESSION_COOKIE } from './sessions.ts';

export type Credential =
  | { readonly kind: 'key'; readonly candidates: readonly string[] }
  | { readonly kind: 'session'; readonly token: string };

/**
 * What a request brings to prove who it is. Agents differ in what they can send, so a key is taken from
 * `Authorization: Bearer KEY | ApiKey KEY | ApiKey base64(id:KEY) | Splunk KEY | Basic base64(any:KEY)`, `X-Api-Key`, `X-ClickHouse-Key`; a console sends its cookie.
 * Query strings are not looked at: they end up in logs.
 */
export function readCredential(request: FastifyRequest): Credential | null {
  const header = request.headers['x-api-key'] ?? request.headers['x-clickhouse-key'];
  if (typeof header === 'string' && header !== '') return { kind: 'key', candidates: [header] };
  const authorization = request.headers.authorization;
  if (authorization !== undefined) {
    const [scheme = '', value = ''] = splitOnce(authorization.trim(), ' ');
    const candidates = candidatesOf(scheme.toLowerCase(), value.trim());
    return candidates.length === 0 ? null : { kind: 'key', candidates };
  }
  const token = cookie(request.headers.cookie, SESSION_COOKIE);
  return token === null ? null : { kind: 'session', token };
}

function candidatesOf(scheme: string, value: string): string[] {
  if (value === '') return [];
  if (scheme === 'bearer' || scheme === 'splunk') return [value];
  const decoded = Buffer.from(value, 'base64').toString('utf8');
  const [user, password] = splitOnce(decoded, ':');
  if (scheme === 'basic') return password === undefined ? [] : [password, user].filter((word) => word !== '');
  if (scheme === 'apikey') return password === undefined ? [value] : [password, value];
  return [];
}

function splitOnce(text: string, by: string): [string, string | undefined] {
  const at = text.indexOf(by);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function cookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = splitOnce(part.trim(), '=');
    if (key === name && value !== undefined && value !== '') return value;
  }
  return null;
}
