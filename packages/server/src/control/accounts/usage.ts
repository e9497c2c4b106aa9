import type { Catalog, ProjectRow } from '#catalog';
import { MoalogError } from '#errors';

/** How often counts are written down; a crash forgets as much. */
const WRITE_MS = 10_000;
const MAX_RETRY_AFTER_S = 3_600;

interface Count {
  events: number;
  bytes: number;
  refusedEvents: number;
}

interface Meter {
  day: string;
  /** Of the day, all processes that wrote until this one read them. */
  total: Count;
  /** Not written down yet. */
  fresh: Count;
  /** Events that may come now; below zero while a batch larger than the rest is paid off. */
  allowance: number;
  refilledAtMs: number;
}

const nothing = (): Count => ({ events: 0, bytes: 0, refusedEvents: 0 });
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** What each project takes, against its limits. Counts of a day (UTC) outlive a restart. */
export class Usage {
  readonly #catalog: Catalog;
  readonly #now: () => number;
  readonly #meters = new Map<string, Meter>();
  readonly #timer: NodeJS.Timeout;
  #writing: Promise<void> = Promise.resolve();

  constructor(catalog: Catalog, now: () => number = Date.now) {
    this.#catalog = catalog;
    this.#now = now;
    this.#timer = setInterval(() => void this.write().catch(() => undefined), WRITE_MS);
    this.#timer.unref();
  }

  async today(slug: string): Promise<Count> {
    return { ...(await this.#meter(slug)).total };
  }

  /**
   * A function that counts events before they are stored, or throws `project_limit`. A batch is taken whole while there is any allowance;
   * what it was too large for is paid off before the next.
   */
  async gate(project: ProjectRow): Promise<(events: number, bytes: number) => void> {
    const meter = await this.#meter(project.slug);
    return (events, bytes) => {
      const refusal = over(project, meter, this.#now());
      if (refusal !== null) {
        add(meter, { events: 0, bytes: 0, refusedEvents: events });
        throw refusal;
      }
      if (project.max_events_per_second !== null) meter.allowance -= events;
      add(meter, { events, bytes, refusedEvents: 0 });
    };
  }

  /** Writes counts down. */
  write(): Promise<void> {
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#writeAll());
    return this.#writing;
  }

  forget(slug: string): void {
    this.#meters.delete(slug);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.write();
  }

  async #writeAll(): Promise<void> {
    for (const [project, meter] of this.#meters) {
      const { fresh, day } = meter;
      if (fresh.events === 0 && fresh.refusedEvents === 0) continue;
      meter.fresh = nothing();
      const row = { project, day, events: fresh.events, bytes: fresh.bytes, refused_events: fresh.refusedEvents };
      try {
        await this.#catalog
          .insertInto('usage')
          .values(row)
          .onConflict((conflict) =>
            conflict.columns(['project', 'day']).doUpdateSet((eb) => ({
              events: eb('usage.events', '+', row.events),
              bytes: eb('usage.bytes', '+', row.bytes),
              refused_events: eb('usage.refused_events', '+', row.refused_events),
            })),
          )
          .execute();
      } catch (error) {
        if (meter.day === day) addTo(meter.fresh, fresh);
        throw error;
      }
    }
  }

  async #meter(slug: string): Promise<Meter> {
    const day = dayOf(this.#now());
    const known = this.#meters.get(slug);
    if (known?.day === day) return known;
    if (known !== undefined) await this.write();
    const row = await this.#catalog
      .selectFrom('usage')
      .selectAll()
      .where('project', '=', slug)
      .where('day', '=', day)
      .executeTakeFirst();
    const other = this.#meters.get(slug);
    if (other?.day === day) return other;
    const total =
      row === undefined ? nothing() : { events: row.events, bytes: row.bytes, refusedEvents: row.refused_events };
    const meter = { day, total, fresh: nothing(), allowance: Number.NaN, refilledAtMs: this.#now() };
    this.#meters.set(slug, meter);
    return meter;
  }
}

function addTo(count: Count, more: Count): void {
  count.events += more.events;
  count.bytes += more.bytes;
  count.refusedEvents += more.refusedEvents;
}

function add(meter: Meter, more: Count): void {
  addTo(meter.total, more);
  addTo(meter.fresh, more);
}

function over(project: ProjectRow, meter: Meter, now: number): MoalogError | null {
  const { max_events_per_second: rate, max_bytes_per_day: maxBytes } = project;
  if (maxBytes !== null && meter.total.bytes >= maxBytes) {
    const untilMidnightS = Math.ceil((Date.parse(`${meter.day}T00:00:00Z`) + 86_400_000 - now) / 1_000);
    return new MoalogError(
      'project_limit',
      `The project ${project.slug} took its ${maxBytes} bytes of today (UTC); more is taken from midnight on, or when its limit is raised.`,
      { retryAfterS: Math.min(Math.max(untilMidnightS, 1), MAX_RETRY_AFTER_S) },
    );
  }
  if (rate === null) return null;
  const before = Number.isNaN(meter.allowance) ? rate : meter.allowance;
  meter.allowance = Math.min(rate, before + ((now - meter.refilledAtMs) / 1_000) * rate);
  meter.refilledAtMs = now;
  if (meter.allowance > 0) return null;
  return new MoalogError('project_limit', `The project ${project.slug} is over its ${rate} events a second.`, {
    retryAfterS: Math.min(Math.max(Math.ceil(-meter.allowance / rate), 1), MAX_RETRY_AFTER_S),
  });
}
