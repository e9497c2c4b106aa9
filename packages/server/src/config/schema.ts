import { z } from 'zod';
import { listenersSchema } from './listeners.ts';

const bytes = z.coerce.number().int().positive();
const ms = z.coerce.number().int().positive();

/** One option: where it may be set follows from its name (`httpPort` → `--http-port`, `MOALOG_HTTP_PORT`, `httpPort:` in the file). */
interface Option<T extends z.ZodType> {
  readonly schema: T;
  readonly help: string;
  /** Never printed. */
  readonly secret?: true;
}
const option = <T extends z.ZodType>(schema: T, help: string, more: { secret?: true } = {}): Option<T> => ({
  schema,
  help,
  ...more,
});

/** The only list of options. `--help`, docs and `moalog config` are made from it. */
export const OPTIONS = {
  httpPort: option(
    z.coerce.number().int().min(0).max(65_535).default(3080),
    'port of console, API and HTTP receivers; 0 takes a free one',
  ),
  httpHost: option(z.string().min(1).default('127.0.0.1'), 'address to listen on; 0.0.0.0 to serve others'),
  tlsCertificate: option(
    z.string().min(1).optional(),
    'file with the certificate (PEM, with its chain) that the port answers HTTPS with; read again when it changes',
  ),
  tlsKey: option(z.string().min(1).optional(), 'file with the private key of tlsCertificate (PEM)'),
  dataDir: option(z.string().min(1).default('./data'), 'everything embedded lives below'),
  bootstrapKey: option(
    z.string().min(16).optional(),
    'key with all rights on first start; generated and kept in the data directory when absent',
    { secret: true },
  ),
  ownerEmail: option(z.email().optional(), 'first start: e-mail address of the owner, made without the set-up page'),
  ownerPassword: option(z.string().min(10).optional(), 'first start: password of the owner', { secret: true }),
  clickhouseUrl: option(
    z.url().optional(),
    'a ClickHouse server in place of the embedded engine: http://user:pass@host:8123/db',
    { secret: true },
  ),
  catalogUrl: option(
    z.url({ protocol: /^postgres(ql)?$/ }).optional(),
    'PostgreSQL for accounts, projects and keys in place of SQLite: postgres://user:pass@host:5432/db',
    { secret: true },
  ),
  secretKey: option(
    z.string().min(16).optional(),
    'locks stored secrets (second factors, single sign-on, channels); one or several, comma-separated, the first locks; kept in the data directory when absent',
    { secret: true },
  ),
  publicUrl: option(
    z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
    'address of the console for links in mails and for single sign-on: https://logs.example; as the browser says when absent',
  ),
  mailUrl: option(
    z.url({ protocol: /^smtps?$/ }).optional(),
    'SMTP server for invitations: smtp://user:pass@host:587, smtps:// for TLS from the start',
    { secret: true },
  ),
  mailFrom: option(z.string().min(3).optional(), 'sender of mails: Moalog <logs@example.com>'),
  trustedProxies: option(
    z.string().min(1).optional(),
    'addresses and ranges (10.0.0.0/8,127.0.0.1) of proxies whose X-Forwarded-For and -Proto are believed',
  ),
  listeners: option(
    listenersSchema,
    'sockets of syslog, Lumberjack, Fluent forward and GELF, none by default: URLs such as syslog+udp://0.0.0.0:5514?networks=10.0.0.0/8 (docs/howto/listeners.md)',
  ),
  pubsubAudience: option(
    z.string().min(1).optional(),
    "audience that Google's tokens of Pub/Sub pushes must have; not looked at when absent",
  ),
  pubsubServiceAccount: option(
    z.string().min(1).optional(),
    'e-mail address of the service account that Pub/Sub pushes must come from',
  ),
  pubsubCertsUrl: option(
    z.url().default('https://www.googleapis.com/oauth2/v3/certs'),
    "where Google's keys for those tokens are",
  ),
  vercelSecret: option(
    z.string().min(1).optional(),
    'secrets of Vercel drains, comma separated: the signature of each request must be of one of them',
    { secret: true },
  ),
  otlpGrpcPort: option(
    z.coerce.number().int().min(0).max(65_535).optional(),
    'port of OTLP over gRPC, usually 4317, at httpHost, with the keys and the certificate of the main port; closed when absent',
  ),
  otlpHttpPort: option(
    z.coerce.number().int().min(0).max(65_535).optional(),
    'a further port of OTLP over HTTP, usually 4318, for senders that cannot be told another; closed when absent',
  ),
  role: option(z.enum(['all']).default('all'), 'which part of the work this process does'),
  logLevel: option(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    "level of Moalog's own logs",
  ),
  logFormat: option(z.enum(['auto', 'json', 'pretty']).default('auto'), 'auto: pretty on a terminal, JSON elsewhere'),
  retentionDays: option(z.coerce.number().int().min(1).max(36_500).default(30), 'days that events are kept'),
  auditRetentionDays: option(
    z.coerce.number().int().min(1).max(36_500).default(400),
    'days that entries of the audit log are kept',
  ),
  maxBodyBytes: option(bytes.default(64 * 1024 * 1024), 'largest ingest body after inflation, in bytes'),
  requestTimeoutMs: option(ms.default(60_000), 'time in which a request must have arrived whole'),
  spoolMaxBytes: option(
    bytes.default(8 * 1024 ** 3),
    'accepted bytes that may wait for the store before senders get 429',
  ),
  spoolMaxAgeMs: option(ms.default(15 * 60_000), 'age of waiting bytes at which senders get 429'),
  segmentMaxBytes: option(bytes.default(32 * 1024 * 1024), 'size at which a spool segment is closed'),
  segmentMaxAgeMs: option(
    ms.default(500),
    'time between the ends of two spool segments while the loader keeps up; shorter costs CPU',
  ),
  batchWindowMs: option(ms.default(24 * 3_600_000), 'how long a batch id is remembered'),
  minFreeBytes: option(bytes.default(512 * 1024 * 1024), 'free disk space below which ingestion answers 507'),
  memoryMaxBytes: option(bytes.default(1024 ** 3), 'memory of the whole product; the engine gets its share of it'),
  queryMaxMs: option(ms.default(30_000), 'time after which a query ends with what it found'),
  queryMaxMemoryBytes: option(bytes.optional(), 'memory of one query; a share of memoryMaxBytes when absent'),
  maxQueries: option(z.coerce.number().int().min(1).max(1_000).default(32), 'queries that may run or wait at once'),
} as const;

export type OptionName = keyof typeof OPTIONS;
export type Config = Readonly<{ [K in OptionName]: z.output<(typeof OPTIONS)[K]['schema']> }>;
