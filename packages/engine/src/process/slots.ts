import { Session } from 'chdb';
import { identifier, literal } from './literal.ts';

/** What a request sets for its statement alone. */
export interface StatementContext {
  readonly queryId: string;
  readonly database: string;
  readonly settings: ReadonlyMap<string, string>;
  /** Values of `{name:Type}` placeholders, in the engine's escaped text form. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** One chDB session: runs one statement at a time. Sessions on the same path share tables and memory limits. */
export interface Slot {
  readonly session: Session;
  /** Settings of the statement before, to be put back. */
  dirty: string[];
}

/** Why nothing could be run: every slot is busy and so many wait already. */
export class TooManyQueries extends Error {
  override readonly name = 'TooManyQueries';
}

/**
 * A share of the sessions, with a bounded queue. Reads and writes have shares of their own, so that loading goes on while people search
 * and the other way round.
 */
export class Slots {
  readonly #free: Slot[];
  readonly #waiting: Array<(slot: Slot) => void> = [];
  readonly #maxWaiting: number;
  readonly #fixed: string;

  /** `fixed` are settings that stay: once `readonly` is set, nothing can unset it in that session. */
  private constructor(free: Slot[], maxWaiting: number, fixed: string) {
    this.#free = free;
    this.#maxWaiting = maxWaiting;
    this.#fixed = fixed;
  }

  static async open(path: string, connectionArgs: readonly string[], count: number, options: { fixed?: string; maxWaiting: number }): Promise<Slots> {
    const slots: Slot[] = [];
    for (let i = 0; i < count; i++) {
      const session = new Session(path, { connectionArgs: [...connectionArgs] });
      if (options.fixed) await session.queryAsync(`SET ${options.fixed}`);
      slots.push({ session, dirty: [] });
    }
    return new Slots(slots, options.maxWaiting, options.fixed ?? '');
  }

  /** Runs `work` on a session that was set up for the context. Statements of different requests never see each other's settings. */
  async use<T>(context: StatementContext, work: (session: Session) => Promise<T>): Promise<T> {
    const slot = await this.#take();
    try {
      await this.#prepare(slot, context);
      return await work(slot.session);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(slot);
      else next(slot);
    }
  }

  close(): void {
    for (const { session } of this.#free) session.close();
  }

  #take(): Promise<Slot> {
    const slot = this.#free.pop();
    if (slot !== undefined) return Promise.resolve(slot);
    if (this.#waiting.length >= this.#maxWaiting) {
      return Promise.reject(new TooManyQueries('Code: 202. DB::Exception: Too many simultaneous queries. (TOO_MANY_SIMULTANEOUS_QUERIES)'));
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #prepare(slot: Slot, context: StatementContext): Promise<void> {
    const fixedNames = this.#fixed.split(',').map((part) => part.split('=')[0]?.trim());
    const settings = [...context.settings].filter(([name]) => !fixedNames.includes(name));
    const resets = slot.dirty.map((name) => `${name} = DEFAULT`);
    const sets = settings.map(([name, value]) => `${name} = ${literal(value)}`);
    const parameters = [...context.parameters].map(([name, value]) => `param_${name} = ${literal(value)}`);
    const statements = [
      ...(resets.length > 0 ? [`SET ${resets.join(', ')}`] : []),
      `USE ${identifier(context.database)}`,
      `SET ${[`log_comment = ${literal(context.queryId)}`, ...sets, ...parameters].join(', ')}`,
    ];
    // Even when one of the settings is refused, those before it were set.
    slot.dirty = settings.map(([name]) => name);
    await slot.session.queryAsync(statements.join('; '));
  }
}
