import type { KeyScope } from '@moalog/contract';
import type { FastifyRequest } from 'fastify';

/** Who is asking, after authentication. */
export interface Caller {
  /** Id of the key or session, for logs and audit. */
  readonly id: string;
  readonly scopes: ReadonlySet<KeyScope>;
  /** Slug of the project that its events go to when they name none; null when the caller may use the whole installation. */
  readonly project: string | null;
  /** Of a key that is bound to one: what it sends is of this environment. */
  readonly environment?: string;
}

/** The port through which `flow` asks who may do what; `control` implements it, `main.ts` connects them. */
export interface Access {
  /** The caller of a request, when its key or session has the scope. Rejects with `unauthenticated` or `forbidden`. */
  authorize(request: FastifyRequest, scope: KeyScope): Promise<Caller>;
  /** Same for a key that came by another way than HTTP headers. */
  authorizeKey(key: string, scope: KeyScope): Promise<Caller>;
  /**
   * The projects of `slugs` if the caller may use every one of them and they exist. Rejects with `forbidden` or
   * `unknown_project`.
   */
  projects(caller: Caller, slugs: readonly string[]): Promise<readonly string[]>;
  /**
   * The project an ingest request goes to: the wanted one, the key's own, or `default`. Rejects when it is archived. `count` is called
   * before events are stored and throws `project_limit` when the project is over one of its limits.
   */
  ingestProject(caller: Caller, wanted: string | undefined): Promise<IngestProject>;
}

/** The port through which listeners, whose senders have no keys, ask for their project. */
export interface ListenerAccess {
  /** The project that who runs the server named in the configuration. Rejects with `unknown_project`, or `forbidden` when it is archived. */
  listenerProject(slug: string): Promise<IngestProject>;
}

export interface IngestProject {
  readonly slug: string;
  readonly count?: (events: number, bytes: number) => void;
}
