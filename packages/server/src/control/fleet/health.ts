import type { AgentState, Heartbeat } from '@moalog/contract';

export const HEARTBEAT_SECONDS = 15;
/** Two heartbeats may be lost. */
const DEAD_MS = 3 * HEARTBEAT_SECONDS * 1_000;
const STALLED_MS = 60_000;
/** A last line without its newline waits in a file for ever; more than this is no such line. */
const STALLED_BYTES = 65_536;
const SILENT_MS = 5 * 60_000;
/** An agent that sends little is silent by chance. */
const SILENT_EVENTS = 30;
const SKEW_MS = 10_000;
/** The usual rate follows the present one by half in this time. */
const RATE_HALF_LIFE_MINUTES = 30;

/** What is remembered of an agent between two heartbeats. Times are milliseconds since the epoch. */
export interface Health {
  readonly startedAt: string;
  readonly eventsSent: number;
  readonly lagBytes: number;
  /** When it sent events last. */
  readonly progressAt: number;
  readonly usualPerMinute: number;
  /** Since when there is a lag and nothing is sent; with the lag of that moment. */
  readonly stuck: { readonly since: number; readonly lagBytes: number } | null;
  readonly failingSince: number | null;
  readonly driftSince: number | null;
  readonly skewSince: number | null;
  readonly skewMs: number;
}

const sum = (heartbeat: Heartbeat, of: 'eventsSent' | 'lagBytes'): number =>
  Object.values(heartbeat.sources).reduce((total, source) => total + source[of], 0);

function errorOf(heartbeat: Heartbeat): string | null {
  return heartbeat.lastError ?? Object.values(heartbeat.sources).find(({ error }) => error !== null)?.error ?? null;
}

/** After a heartbeat that came at `now`. */
export function nextHealth(before: Health | null, heartbeat: Heartbeat, now: number, serverVersion: string): Health {
  const eventsSent = sum(heartbeat, 'eventsSent');
  const lagBytes = sum(heartbeat, 'lagBytes');
  const isSameRun = before !== null && before.startedAt === heartbeat.startedAt;
  const sent = isSameRun ? Math.max(0, eventsSent - before.eventsSent) : eventsSent;
  const skewMs = Date.parse(heartbeat.sentAt) - now;
  const since = (is: boolean, already: number | null | undefined): number | null => (is ? (already ?? now) : null);
  const isStuck = sent === 0 && lagBytes > 0 && before !== null;
  return {
    startedAt: heartbeat.startedAt,
    eventsSent,
    lagBytes,
    progressAt: sent > 0 || before === null ? now : before.progressAt,
    usualPerMinute: usualRate(before, sent, now),
    stuck: isStuck ? (before.stuck ?? { since: now, lagBytes: before.lagBytes }) : null,
    failingSince: since(errorOf(heartbeat) !== null, before?.failingSince),
    driftSince: since(heartbeat.version !== serverVersion, before?.driftSince),
    skewSince: since(Math.abs(skewMs) > SKEW_MS, before?.skewSince),
    skewMs,
  };
}

/** Moves when events come alone, over all the time since they last came: a quiet agent keeps its usual rate. */
function usualRate(before: Health | null, sent: number, now: number): number {
  if (before === null || sent === 0) return before?.usualPerMinute ?? 0;
  const minutes = Math.max(1 / 60, (now - before.progressAt) / 60_000);
  const weight = 1 - 0.5 ** (minutes / RATE_HALF_LIFE_MINUTES);
  return before.usualPerMinute + weight * (sent / minutes - before.usualPerMinute);
}

export interface StateSince {
  readonly state: AgentState;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly detail: string;
}

/** What is wrong at `now`. Of an agent that is dead nothing else is known. */
export function statesOf(health: Health, heartbeat: Heartbeat, lastSeenAt: number, now: number): StateSince[] {
  const silenceMs = now - lastSeenAt;
  if (silenceMs > DEAD_MS)
    return [{ state: 'dead', since: lastSeenAt, detail: `no heartbeat for ${Math.round(silenceMs / 1_000)} s` }];
  const { stuck, lagBytes, progressAt, usualPerMinute, failingSince, driftSince, skewSince, skewMs } = health;
  const found: StateSince[] = [];
  if (stuck !== null && now - stuck.since >= STALLED_MS && (lagBytes > stuck.lagBytes || lagBytes >= STALLED_BYTES))
    found.push({ state: 'stalled', since: stuck.since, detail: `${lagBytes} bytes wait and nothing is sent` });
  const quietMs = now - progressAt;
  if (quietMs >= SILENT_MS && (usualPerMinute * quietMs) / 60_000 >= SILENT_EVENTS)
    found.push({
      state: 'silent',
      since: progressAt,
      detail: `usually ${usualPerMinute.toFixed(1)} events a minute, none for ${Math.round(quietMs / 60_000)} min`,
    });
  if (failingSince !== null) found.push({ state: 'failing', since: failingSince, detail: errorOf(heartbeat) ?? '' });
  if (driftSince !== null)
    found.push({ state: 'version_drift', since: driftSince, detail: `it runs ${heartbeat.version}` });
  if (skewSince !== null)
    found.push({
      state: 'clock_skew',
      since: skewSince,
      detail: `its clock differs by ${Math.round(skewMs / 1_000)} s`,
    });
  return found;
}
