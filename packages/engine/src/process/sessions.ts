import { EngineError } from './errors.ts';
import { isName } from './lexer.ts';
import { identifier, literal } from './literal.ts';
import { Session } from './native.ts';

/** What a request sets for its statement alone. */
export interface StatementContext {
  readonly queryId: string;
  readonly database: string;
  readonly settings: ReadonlyMap<string, string>;
  /** Values of `{name:Type}` placeholders, in the engine's escaped text form. */
  readonly parameters: ReadonlyMap<string, string>;
  /** A session of ClickHouse's HTTP interface, with temporary tables and SET: kept until it was idle for `idleMs`. */
  readonly named: { readonly id: string; readonly idleMs: number; readonly mustExist: boolean } | null;
}

interface NamedSession {
  readonly session: Session;
  isBusy: boolean;
  /** Settings that the URL of the request before gave: for that request alone. */
  lent: string[];
  timer: NodeJS.Timeout | undefined;
}

const MAX_NAMED_SESSIONS = 64;

/**
 * chDB sessions on one store. Each statement has a session of its own, so that nothing one request sets can reach another. (A statement that
 * failed also stays in system.processes until its session is closed.)
 */
export class Sessions {
  readonly #path: string;
  readonly #defaults: string;
  /** Keeps the store open between statements. */
  readonly #anchor: Session;
  readonly #named = new Map<string, NamedSession>();

  /** `defaults` are settings that each statement starts with. */
  constructor(path: string, args: readonly string[], defaults: Readonly<Record<string, string>>) {
    this.#path = path;
    this.#defaults = Object.entries(defaults)
      .map(([name, value]) => `${name} = ${literal(value)}`)
      .join(', ');
    // The server's configuration is read once, by the first session.
    this.#anchor = new Session(path, args);
  }

  async use<T>(context: StatementContext, work: (session: Session) => Promise<T>): Promise<T> {
    if (context.named !== null) return this.#useNamed(context, context.named, work);
    const session = this.#open();
    try {
      this.#prepare(session, context, []);
      return await work(session);
    } finally {
      session.close();
    }
  }

  close(): void {
    for (const { session, timer } of this.#named.values()) {
      clearTimeout(timer);
      session.close();
    }
    this.#anchor.close();
  }

  #open(): Session {
    return new Session(this.#path);
  }

  async #useNamed<T>(
    context: StatementContext,
    named: { id: string; idleMs: number; mustExist: boolean },
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const known = this.#named.get(named.id);
    if (known === undefined && named.mustExist)
      throw new EngineError(372, 'SESSION_NOT_FOUND', `Session ${named.id} not found`);
    if (known?.isBusy)
      throw new EngineError(373, 'SESSION_IS_LOCKED', `Session ${named.id} is locked by a concurrent client`);
    if (known === undefined && this.#named.size >= MAX_NAMED_SESSIONS)
      throw new EngineError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many sessions');
    const entry = known ?? { session: this.#open(), isBusy: false, lent: [], timer: undefined };
    this.#named.set(named.id, entry);
    clearTimeout(entry.timer);
    entry.isBusy = true;
    try {
      const lent = entry.lent;
      entry.lent = [...context.settings.keys()];
      this.#prepare(entry.session, context, lent);
      return await work(entry.session);
    } finally {
      entry.isBusy = false;
      entry.timer = setTimeout(() => {
        this.#named.delete(named.id);
        entry.session.close();
      }, named.idleMs).unref();
    }
  }

  /**
   * Values are literals; names are checked, and then the engine's to refuse. On this thread: a way through another one and back costs more on
   * a busy machine than SET does.
   */
  #prepare(session: Session, context: StatementContext, lent: readonly string[]): void {
    const assignments = [this.#defaults, `log_comment = ${literal(context.queryId)}`];
    for (const [name, value] of context.settings) {
      if (!isName(name)) throw unknownSetting(name);
      assignments.push(`${name} = ${literal(value)}`);
    }
    for (const [name, value] of context.parameters) {
      if (!isName(name)) throw new EngineError(36, 'BAD_ARGUMENTS', `Bad name of a query parameter: ${name}`);
      assignments.push(`param_${name} = ${literal(value)}`);
    }
    if (lent.length > 0) session.set(`SET ${lent.map((name) => `${name} = DEFAULT`).join(', ')}`);
    session.set(`SET ${assignments.join(', ')}`);
    if (context.database !== '') session.set(`USE ${identifier(context.database)}`);
  }
}

const unknownSetting = (name: string): EngineError =>
  new EngineError(
    115,
    'UNKNOWN_SETTING',
    `Setting ${JSON.stringify(name)} is neither a builtin setting nor started with the prefix 'param_' of query parameters`,
  );
