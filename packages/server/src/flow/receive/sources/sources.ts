import type { SourceInfo } from '@moalog/contract';
import { LastMinute } from './rate.ts';
import { readRecords, type SourceRecord, writeRecords } from './record-file.ts';

/** Records reach the disk this often at most. */
const WRITE_EVERY_MS = 10_000;
/** An event within this time counts as "receiving". */
const RECEIVING_MS = 5 * 60_000;
/** A refusal among events that arrive is shown as the last error, but makes nothing fail. */
const STILL_ARRIVING_MS = 60_000;
const MAX_MESSAGE_CHARS = 500;
/** Stands for refusals of senders whose project is not known. */
const NO_PROJECT = '';

/** Where a receiver takes events; announced once when it starts. */
export type SourcePlace = Pick<SourceInfo, 'id' | 'protocol' | 'path' | 'port' | 'enabled'> & {
  /** The id when absent. */
  readonly receiver?: string;
};

interface Activity {
  readonly record: SourceRecord;
  readonly lastMinute: LastMinute;
}

/**
 * What each receiver brought to each project, for the Sources screen: totals, rate, last event, last error. Receivers call `accepted` after their events are
 * durable, and `refused` with what they answered. Kept in a small file over restarts.
 */
export class Sources {
  readonly #places = new Map<string, SourcePlace>();
  readonly #activities = new Map<string, Activity>();
  readonly #file: string | null;
  #timer: NodeJS.Timeout | undefined;

  /** `file` null: nothing is kept. */
  constructor(file: string | null = null) {
    this.#file = file;
    for (const record of file === null ? [] : readRecords(file)) {
      this.#activities.set(keyOf(record.id, record.project), { record, lastMinute: new LastMinute() });
    }
  }

  announce(place: SourcePlace): void {
    this.#places.set(place.id, place);
  }

  accepted(id: string, project: string, events: number, bytes: number, nowMs = Date.now()): void {
    const { record, lastMinute } = this.#activity(id, project);
    record.events += events;
    record.bytes += bytes;
    record.lastEventAt = nowMs;
    lastMinute.add(events, nowMs);
    this.#writeSoon();
  }

  /** `project` null: the sender was refused before its project was known. */
  refused(id: string, project: string | null, reason: string, message: string, nowMs = Date.now()): void {
    const { record } = this.#activity(id, project ?? NO_PROJECT);
    record.lastError = { at: nowMs, reason, message: message.slice(0, MAX_MESSAGE_CHARS) };
    this.#writeSoon();
  }

  /** Every announced receiver as these projects see it. `unknownToo`: with refusals of senders whose project is not known. */
  list(projects: readonly string[], unknownToo: boolean, nowMs = Date.now()): SourceInfo[] {
    const wanted = unknownToo ? [...projects, NO_PROJECT] : projects;
    return [...this.#places.values()].map((place) => {
      const activities = wanted.flatMap((project) => this.#activities.get(keyOf(place.id, project)) ?? []);
      const records = activities.map(({ record }) => record);
      const lastEventAt = Math.max(-1, ...records.map((record) => record.lastEventAt ?? -1));
      const lastError = records
        .flatMap((record) => record.lastError ?? [])
        .reduce<SourceRecord['lastError']>((last, error) => (last === null || error.at > last.at ? error : last), null);
      return {
        ...place,
        receiver: place.receiver ?? place.id,
        state: stateOf(place, lastEventAt, lastError?.at ?? -1, nowMs),
        events: sum(records.map((record) => record.events)),
        bytes: sum(records.map((record) => record.bytes)),
        eventsPerMinute: sum(activities.map(({ lastMinute }) => lastMinute.total(nowMs))),
        lastEventAt: lastEventAt < 0 ? null : new Date(lastEventAt).toISOString(),
        lastError: lastError === null ? null : { ...lastError, at: new Date(lastError.at).toISOString() },
      };
    });
  }

  /** Forgets a project that was deleted. */
  forget(project: string): void {
    for (const [key, { record }] of this.#activities) if (record.project === project) this.#activities.delete(key);
    this.#writeSoon();
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#write();
  }

  #activity(id: string, project: string): Activity {
    const key = keyOf(id, project);
    let activity = this.#activities.get(key);
    if (activity === undefined) {
      const record = { id, project, events: 0, bytes: 0, lastEventAt: null, lastError: null };
      activity = { record, lastMinute: new LastMinute() };
      this.#activities.set(key, activity);
    }
    return activity;
  }

  #writeSoon(): void {
    if (this.#file === null) return;
    this.#timer ??= setTimeout(() => this.#write(), WRITE_EVERY_MS).unref();
  }

  #write(): void {
    this.#timer = undefined;
    if (this.#file === null) return;
    try {
      writeRecords(
        this.#file,
        [...this.#activities.values()].map(({ record }) => record),
      );
    } catch {
      // A full disk is told by the spool; these figures are written again with the next event.
    }
  }
}

/** Ids hold no space. */
const keyOf = (id: string, project: string): string => `${id} ${project}`;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function stateOf(
  { enabled }: SourcePlace,
  lastEventAt: number,
  lastErrorAt: number,
  nowMs: number,
): SourceInfo['state'] {
  if (!enabled) return 'off';
  if (lastErrorAt > lastEventAt && nowMs - lastEventAt > STILL_ARRIVING_MS) return 'failing';
  if (lastEventAt < 0) return 'waiting';
  return nowMs - lastEventAt <= RECEIVING_MS ? 'receiving' : 'quiet';
}
