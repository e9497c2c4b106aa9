import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type Entry, entryOf, type Note } from './entry.ts';

const RETRY_MS = 1_000;
/** Entries that wait while the spool takes none; the process's own log has what is beyond. */
const MAX_WAITING = 10_000;
/** Calls by which people try something out: they change nothing. */
const TRIES = /\/(preview|check|look|test|suggest|diff)$/;

/** For routes: what they know of a request that its entry should say. Later notes add to earlier ones. */
export interface Notes {
  note(request: FastifyRequest, note: Note): void;
}

/**
 * The audit log: an entry for every change and sign-in, those that were refused too, written as events into the log store. A change
 * is what asks for the right `write` or `admin` by another method than GET, and whatever says so by an `action`: a new route of that kind is
 * in it without doing anything.
 */
export class Audit implements Notes {
  readonly #append: (lines: Buffer, rows: number) => Promise<unknown>;
  readonly #log: Pick<Logger, 'error'>;
  readonly #notes = new WeakMap<FastifyRequest, Note>();
  #waiting: Entry[] = [];
  #writing: Promise<void> | null = null;
  #isClosing = false;

  /** `append` resolves once the lines would survive a power cut. */
  constructor(append: (lines: Buffer, rows: number) => Promise<unknown>, log: Pick<Logger, 'error'>) {
    this.#append = append;
    this.#log = log;
  }

  note(request: FastifyRequest, note: Note): void {
    this.#notes.set(request, { ...this.#notes.get(request), ...note });
  }

  /** To be called before routes are registered. */
  watch(app: FastifyInstance): void {
    app.addHook('onResponse', async (request, reply) => {
      const note = this.#notes.get(request);
      if (note?.actor === undefined || !counts(request, reply.statusCode, note)) return;
      this.#write(entryOf(request, reply, { ...note, actor: note.actor }));
    });
  }

  /** Resolves when everything noted so far is written, or was given to the process's own log. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#writing;
  }

  #write(entry: Entry): void {
    if (this.#waiting.length >= MAX_WAITING) this.#giveUp([entry], 'too many entries wait');
    else this.#waiting.push(entry);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const entries = this.#waiting;
      this.#waiting = [];
      const lines = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      try {
        await this.#append(lines, entries.length);
      } catch (error) {
        if (this.#isClosing) return this.#giveUp(entries, error);
        this.#waiting = [...entries, ...this.#waiting];
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #giveUp(entries: readonly Entry[], reason: unknown): void {
    for (const entry of entries)
      this.#log.error({ event: 'audit_not_stored', entry, reason }, 'an entry of the audit log could not be stored');
  }
}

function counts(request: FastifyRequest, status: number, { action, scope }: Note): boolean {
  // Waits after wrong passwords are asked for by anybody, any number of times.
  if (status === 429) return false;
  if (action !== undefined) return true;
  if (request.method === 'GET' || request.method === 'HEAD' || TRIES.test(request.routeOptions.url ?? '')) return false;
  // What was wrong in itself changed nothing and was not forbidden.
  const isSettled = status < 400 || status === 403;
  return isSettled && (scope === 'admin' || scope === 'write' || scope === 'self');
}
