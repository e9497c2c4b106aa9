import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

/** What an agent asks before, between and after its bulk requests. Nothing is kept: mappings and retention are Moalog's own. */
export interface StartUpCall {
  readonly method: string;
  /** Path below `/elasticsearch`, without slashes at its ends, percent-encoded. */
  readonly path: string;
  /** Version that `GET /` tells. */
  readonly version: string;
  /** Host header: where this server is reached. */
  readonly host: string;
}

export interface StartUpAnswer {
  readonly status: number;
  /** An object is answered as JSON, a string as text. */
  readonly body: object | string;
}

interface Route {
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly answer: (call: StartUpCall, name: string) => StartUpAnswer;
}

const CLUSTER_NAME = 'moalog';
/** The same for every start on this machine. */
const NODE_ID = createHash('sha256').update(`moalog ${hostname()}`).digest('base64url').slice(0, 22);

const ok = (body: object | string): StartUpAnswer => ({ status: 200, body });
const READ = ['GET', 'HEAD'];
const WRITE = ['PUT', 'POST'];
const ANY = [...READ, ...WRITE, 'DELETE'];

/** The answers, first match wins. `(…)` in a path is the name it is about. */
const ROUTES: readonly Route[] = [
  { methods: READ, path: /^$/, answer: ({ version }) => ok(info(version)) },
  { methods: READ, path: /^_license$/, answer: () => ok({ license: LICENSE }) },
  { methods: READ, path: /^_xpack$/, answer: () => ok(XPACK) },
  { methods: READ, path: /^_cluster\/health(?:\/.*)?$/, answer: () => ok(HEALTH) },
  { methods: READ, path: /^_cluster\/settings$/, answer: () => ok({ persistent: {}, transient: {} }) },
  { methods: READ, path: /^_cat\/health$/, answer: () => ok(catHealth()) },
  { methods: READ, path: /^_nodes(?:\/.*)?$/, answer: (call) => ok(nodes(call)) },
  {
    methods: READ,
    path: /^_security\/_authenticate$/,
    answer: () => ok({ username: 'moalog', roles: [], enabled: true, authentication_type: 'api_key' }),
  },
  {
    methods: READ,
    path: /^_ilm\/policy(?:\/([^/]+))?$/,
    answer: (_call, name) => ok(name === '' ? {} : { [name]: { version: 1, policy: { phases: {} } } }),
  },
  {
    methods: READ,
    path: /^_(?:index_)?template\/([^/]+)$/,
    answer: ({ path }, name) =>
      ok(
        path.startsWith('_index_')
          ? { index_templates: [{ name, index_template: { index_patterns: [name] } }] }
          : { [name]: { index_patterns: [name] } },
      ),
  },
  { methods: READ, path: /^_index_template$/, answer: () => ok({ index_templates: [] }) },
  {
    methods: READ,
    path: /^_component_template(?:\/([^/]+))?$/,
    answer: (_call, name) =>
      ok({ component_templates: name === '' ? [] : [{ name, component_template: { template: {} } }] }),
  },
  {
    methods: READ,
    path: /^_data_stream(?:\/([^/]+))?$/,
    answer: (_call, name) => ok({ data_streams: name === '' ? [] : [dataStream(name)] }),
  },
  {
    methods: READ,
    path: /^_data_stream\/([^/]+)\/_lifecycle$/,
    answer: (_call, name) => ok({ data_streams: [{ name, lifecycle: { enabled: true } }] }),
  },
  {
    methods: READ,
    path: /^_ingest\/pipeline(?:\/([^/]+))?$/,
    answer: (_call, name) => ok(name === '' ? {} : { [name]: { processors: [] } }),
  },
  {
    methods: READ,
    path: /^(?:[^_/][^/]*\/)?_alias(?:es)?(?:\/([^/]+))?$/,
    answer: (_call, name) => ok(name === '' ? {} : { [name]: { aliases: { [name]: {} } } }),
  },
  { methods: ANY, path: /^_?logstash(?:\/.*)?$/, answer: () => ok({}) },
  {
    methods: [...WRITE, 'DELETE'],
    path: /^_(?:ilm\/policy|index_template|template|component_template|data_stream|ingest\/pipeline|aliases)(?:\/.*)?$/,
    answer: () => ok({ acknowledged: true }),
  },
  { methods: WRITE, path: /^(?:[^_/][^/]*\/)?_alias(?:es)?(?:\/.*)?$/, answer: () => ok({ acknowledged: true }) },
  {
    methods: [...READ, 'POST'],
    path: /^(?:[^/]+\/)?_(?:refresh|flush)$/,
    answer: () => ok({ _shards: { total: 1, successful: 1, failed: 0 } }),
  },
  {
    methods: WRITE,
    path: /^[^_/][^/]*\/_(?:settings|mapping|mappings|rollover)$/,
    answer: () => ok({ acknowledged: true }),
  },
  {
    methods: READ,
    path: /^([^_/][^/]*)$/,
    answer: (_call, name) => ok({ [name]: { aliases: {}, mappings: {}, settings: {} } }),
  },
  {
    methods: ['PUT'],
    path: /^([^_/][^/]*)$/,
    answer: (_call, name) => ok({ acknowledged: true, shards_acknowledged: true, index: name }),
  },
];

/** Null for a call that is none of these. */
export function answerStartUp(call: StartUpCall): StartUpAnswer | null {
  for (const { methods, path, answer } of ROUTES) {
    const match = methods.includes(call.method) ? path.exec(call.path) : null;
    if (match !== null) return answer(call, nameIn(match[1] ?? ''));
  }
  return null;
}

function nameIn(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** The newest minor of each major that clients check for compatibility. */
const VERSIONS: Readonly<Record<string, string>> = { '7': '7.17.28', '8': '8.19.0', '9': '9.2.0' };
const DEFAULT_VERSION = '8.19.0';

/**
 * The version to answer: Beats and Logstash refuse a server older than themselves, so theirs is told back; clients name the major they
 * speak in the Accept header.
 */
export function versionFor(userAgent: string, accept: string): string {
  const [, agent] = /(?:elastic-|beat|logstash|elastic.?agent)[\w.-]*\/(\d+\.\d+\.\d+)/i.exec(userAgent) ?? [];
  if (agent !== undefined) return agent;
  const [, major = ''] = /compatible-with=(\d+)/.exec(accept) ?? [];
  return VERSIONS[major] ?? DEFAULT_VERSION;
}

const info = (version: string) => ({
  name: hostname(),
  cluster_name: CLUSTER_NAME,
  cluster_uuid: NODE_ID,
  version: {
    number: version,
    build_flavor: 'default',
    build_type: 'tar',
    build_hash: '0000000000000000000000000000000000000000',
    build_date: '2026-01-01T00:00:00.000Z',
    build_snapshot: false,
    lucene_version: '9.12.2',
    minimum_wire_compatibility_version: '7.17.0',
    minimum_index_compatibility_version: '7.0.0',
  },
  tagline: 'You Know, for Search',
});

const LICENSE = {
  status: 'active',
  uid: '00000000-0000-4000-8000-000000000000',
  type: 'basic',
  mode: 'basic',
  issue_date: '2026-01-01T00:00:00.000Z',
  issue_date_in_millis: 1_767_225_600_000,
  max_nodes: 1_000,
  max_resource_units: null,
  issued_to: CLUSTER_NAME,
  issuer: 'moalog',
  start_date_in_millis: -1,
};

const XPACK = {
  build: {},
  license: { uid: LICENSE.uid, type: 'basic', mode: 'basic', status: 'active' },
  features: {
    ilm: { available: true, enabled: true },
    security: { available: true, enabled: true },
    monitoring: { available: false, enabled: false },
  },
  tagline: 'You know, for X',
};

const HEALTH = {
  cluster_name: CLUSTER_NAME,
  status: 'green',
  timed_out: false,
  number_of_nodes: 1,
  number_of_data_nodes: 1,
  active_primary_shards: 1,
  active_shards: 1,
  relocating_shards: 0,
  initializing_shards: 0,
  unassigned_shards: 0,
  delayed_unassigned_shards: 0,
  number_of_pending_tasks: 0,
  number_of_in_flight_fetch: 0,
  task_max_waiting_in_queue_millis: 0,
  active_shards_percent_as_number: 100,
};

/** `epoch timestamp cluster status …` as a line of text; rsyslog asks for it. */
function catHealth(): string {
  const now = new Date();
  return `${Math.floor(now.getTime() / 1_000)} ${now.toISOString().slice(11, 19)} ${CLUSTER_NAME} green 1 1 1 1 0 0 0 0 - 100.0%\n`;
}

const dataStream = (name: string) => ({
  name,
  timestamp_field: { name: '@timestamp' },
  indices: [],
  generation: 1,
  status: 'GREEN',
  template: name,
  hidden: false,
  system: false,
});

const nodes = ({ host, version }: StartUpCall) => ({
  _nodes: { total: 1, successful: 1, failed: 0 },
  cluster_name: CLUSTER_NAME,
  nodes: {
    [NODE_ID]: {
      name: hostname(),
      transport_address: host,
      host,
      ip: host,
      version,
      roles: ['data', 'ingest', 'master'],
      http: { bound_address: [host], publish_address: host, max_content_length_in_bytes: 104_857_600 },
    },
  },
});
