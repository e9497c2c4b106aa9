import { isIP, isIPv6 } from 'node:net';
import { z } from 'zod';

/** Messages that are batches of events get the limit of HTTP bodies. */
const BATCH_BYTES = 64 * 1024 * 1024;

/** Each protocol with the ports of those whose URL names none, and the largest message when nothing else is said. */
const PROTOCOLS = {
  syslog: { port: 5514, tlsPort: 6514, hasDatagrams: true, maxMessageBytes: 1024 * 1024 },
  lumberjack: { port: 5044, tlsPort: 5044, hasDatagrams: false, maxMessageBytes: BATCH_BYTES },
  gelf: { port: 12201, tlsPort: 12201, hasDatagrams: true, maxMessageBytes: 1024 * 1024 },
  'fluent-forward': { port: 24224, tlsPort: 24224, hasDatagrams: false, maxMessageBytes: BATCH_BYTES },
} as const;
export type ListenerProtocol = keyof typeof PROTOCOLS;
export type ListenerTransport = 'udp' | 'tcp' | 'tls';

/** Where events come in besides HTTP: one socket, one protocol, one project. */
export interface ListenerConfig {
  /** `syslog-udp-5514`: names it in the log and the API. */
  readonly id: string;
  /** As it was written. It holds no secrets: those stand in files that it names. */
  readonly url: string;
  readonly protocol: ListenerProtocol;
  readonly transport: ListenerTransport;
  readonly host: string;
  readonly port: number;
  readonly project: string;
  /** Addresses and ranges that may send; everyone when empty. */
  readonly networks: readonly string[];
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  /** IANA zone of times without one. */
  readonly timezone?: string | undefined;
  /** PEM files. `client_ca` asks senders for a certificate that one of its authorities signed. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly client_ca?: string | undefined;
  /** File with the key that senders of Fluent forward prove to know. */
  readonly shared_key_file?: string | undefined;
  readonly max_message_bytes: number;
  readonly max_connections: number;
  readonly idle_timeout_ms: number;
}

const positive = z.coerce.number({ error: 'is not a number' }).int().positive();
const zone = z.string().transform((name, context) => {
  try {
    if (/^[A-Za-z]/.test(name)) return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // told below
  }
  context.addIssue(`${name} is not an IANA zone such as Asia/Seoul`);
  return z.NEVER;
});
const networks = z.string().transform((text, context) => {
  const list = text.split(',').filter((entry) => entry !== '');
  for (const network of list)
    if (!isNetwork(network)) context.addIssue(`${network} is no address or range (10.0.0.0/8)`);
  return list;
});

/** What may stand behind the `?` of a listener's URL. */
const parameters = z.strictObject({
  project: z.string().min(1).default('default'),
  networks: networks.default([]),
  service: z.string().min(1).optional(),
  environment: z.string().min(1).optional(),
  timezone: zone.optional(),
  certificate: z.string().min(1).optional(),
  key: z.string().min(1).optional(),
  client_ca: z.string().min(1).optional(),
  shared_key_file: z.string().min(1).optional(),
  max_message_bytes: positive.optional(),
  max_connections: positive.max(100_000).default(1_000),
  idle_timeout_ms: positive.default(15 * 60_000),
});

/**
 * Listeners as URLs, apart by white space or as a list: `syslog+udp://0.0.0.0:5514?project=network&networks=10.0.0.0/8`. One that serves other machines says
 * who may send: nobody opens a port to the world by leaving something out.
 */
export const listenersSchema = z
  .union([z.string(), z.array(z.string())], {
    error: 'must be URLs such as syslog+udp://0.0.0.0:5514?networks=10.0.0.0/8',
  })
  .default('')
  .transform((given, context): readonly ListenerConfig[] => {
    const urls = (typeof given === 'string' ? [given] : given)
      .flatMap((text) => text.split(/\s+/))
      .filter((url) => url !== '');
    const listeners: ListenerConfig[] = [];
    for (const url of urls) {
      const read = readListener(url);
      if (typeof read === 'string') context.addIssue(`${url}: ${read}`);
      else if (listeners.some((other) => isSamePlace(other, read)))
        context.addIssue(`${url}: another listener has this address and port`);
      else listeners.push({ ...read, id: freeId(read.id, listeners) });
    }
    return listeners;
  });

const isSamePlace = (one: ListenerConfig, other: ListenerConfig): boolean =>
  one.port !== 0 &&
  one.port === other.port &&
  one.host === other.host &&
  (one.transport === 'udp') === (other.transport === 'udp');

/** Several may have the same port, at different addresses. */
function freeId(id: string, taken: readonly ListenerConfig[]): string {
  let free = id;
  for (let number = 2; taken.some((other) => other.id === free); number++) free = `${id}-${number}`;
  return free;
}

/** The listener, or what is wrong with it. */
function readListener(text: string): ListenerConfig | string {
  const url = URL.parse(text);
  const [, protocol = '', transport = ''] = /^([a-z-]+)\+(udp|tcp|tls):$/.exec(url?.protocol ?? '') ?? [];
  if (url === null || !isProtocol(protocol) || !isTransport(transport) || url.hostname === '')
    return `must be PROTOCOL+udp, +tcp or +tls, an address and a port, with PROTOCOL one of ${Object.keys(PROTOCOLS).join(', ')}`;
  const read = parameters.safeParse(Object.fromEntries(url.searchParams));
  if (!read.success) return read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  const given = read.data;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const wrong = contradiction(protocol, transport, host, given);
  if (wrong !== null) return wrong;
  const { hasDatagrams, maxMessageBytes, ...usual } = PROTOCOLS[protocol];
  if (transport === 'udp' && !hasDatagrams) return `${protocol} does not come by UDP`;
  const port = url.port === '' ? (transport === 'tls' ? usual.tlsPort : usual.port) : Number(url.port);
  return {
    id: `${protocol}-${transport}-${port}`,
    url: text,
    protocol,
    transport,
    host,
    port,
    ...given,
    max_message_bytes: given.max_message_bytes ?? maxMessageBytes,
  };
}

function contradiction(
  protocol: ListenerProtocol,
  transport: ListenerTransport,
  host: string,
  given: z.output<typeof parameters>,
): string | null {
  if (transport === 'tls' && (given.certificate === undefined || given.key === undefined))
    return 'needs certificate= and key=, paths of PEM files';
  if (transport !== 'tls' && (given.certificate ?? given.key ?? given.client_ca) !== undefined)
    return `certificate, key and client_ca belong to ${protocol}+tls`;
  if (given.shared_key_file !== undefined && protocol !== 'fluent-forward')
    return 'shared_key_file belongs to fluent-forward';
  const { networks: allowed, client_ca, shared_key_file } = given;
  const isGuarded = allowed.length > 0 || (client_ca ?? shared_key_file) !== undefined;
  if (!isGuarded && !isLoopback(host))
    return 'say who may send: networks=10.0.0.0/8,192.168.0.0/16 (networks=0.0.0.0/0,::/0 for everyone)';
  return null;
}

const isProtocol = (name: string): name is ListenerProtocol => Object.hasOwn(PROTOCOLS, name);
const isTransport = (name: string): name is ListenerTransport => ['udp', 'tcp', 'tls'].includes(name);
const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127\./.test(host);

function isNetwork(text: string): boolean {
  const [net = '', bits, more] = text.split('/');
  if (isIP(net) === 0 || more !== undefined) return false;
  if (bits === undefined) return true;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv6(net) ? 128 : 32);
}
