import type { FastifyReply, FastifyRequest } from 'fastify';

const MAX_DETAIL_CHARACTERS = 8_192;
const SECRET = /pass|secret|token|code|ticket|^key$|^setUp$/i;

/** Who did it. */
export interface Actor {
  readonly kind: 'person' | 'key';
  readonly id: string;
  /** E-mail address, or the key's name. */
  readonly name: string;
}

/** What the parts of the server say about a request, for the entry that is made of it. */
export interface Note {
  readonly actor?: Actor;
  /** The right that the call asked for. */
  readonly scope?: string;
  /** Of calls that count whatever they asked for: `sign-in`. */
  readonly action?: string;
  /** It let nobody in, whatever the answer was. */
  readonly refused?: boolean;
  /** What it was about, when the path does not say it. */
  readonly target?: string;
  readonly before?: unknown;
}

/** An event of the log store; field names as people search for them. */
export interface Entry {
  readonly timestamp: string;
  readonly level: 'info' | 'warn';
  readonly service: 'moalog';
  readonly message: string;
  readonly action: string;
  readonly outcome: 'done' | 'refused';
  readonly actor: Actor;
  readonly target: string;
  readonly status: number;
  /** JSON; what a change replaced. */
  readonly before?: string;
  /** JSON of what was asked for, secrets hidden. */
  readonly after?: string;
  readonly address: string;
  readonly user_agent: string;
  readonly request_id: string;
}

/** `DELETE /api/v1/members/:id/sessions` → `members.sessions.delete`. */
export function actionOf(method: string, route: string): string {
  const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'change', PATCH: 'change', DELETE: 'delete' };
  const words = route
    .replace(/^\/api\/v1\//, '')
    .split('/')
    .filter((word) => word !== '' && !word.startsWith(':'));
  return [...words, verbs[method] ?? method.toLowerCase()].join('.');
}

export function entryOf(request: FastifyRequest, reply: FastifyReply, note: Note & { actor: Actor }): Entry {
  const { actor, refused = reply.statusCode >= 400 } = note;
  const action = note.action ?? actionOf(request.method, request.routeOptions.url ?? request.url);
  const target = note.target ?? targetOf(request);
  const name = actor.name === '' ? actor.id : actor.name;
  return {
    timestamp: new Date().toISOString(),
    level: refused ? 'warn' : 'info',
    service: 'moalog',
    message: [name, refused ? 'was refused' : 'did', action, target].filter((word) => word !== '').join(' '),
    action,
    outcome: refused ? 'refused' : 'done',
    actor,
    target,
    status: reply.statusCode,
    ...(note.before !== undefined && { before: detail(note.before) }),
    ...(request.body !== undefined && request.body !== null && { after: detail(request.body) }),
    address: request.ip,
    user_agent: (request.headers['user-agent'] ?? '').slice(0, 200),
    request_id: request.id,
  };
}

/** What the path names; of something new its name. */
function targetOf(request: FastifyRequest): string {
  const inPath = Object.values(Object(request.params)).map(String).join('/');
  if (inPath !== '') return inPath;
  const { email, name } = Object(request.body);
  return [email, name].find((one) => typeof one === 'string') ?? '';
}

const detail = (value: unknown): string => JSON.stringify(hidden(value)).slice(0, MAX_DETAIL_CHARACTERS);

/** The value without what its names call secret. */
export function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      typeof part === 'string' && SECRET.test(name) ? '(hidden)' : hidden(part),
    ]),
  );
}
