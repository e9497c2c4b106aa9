const DAY_MS = 86_400_000;
/** The shop's customers live here. */
const ZONE_OFFSET_MS = 9 * 3_600_000;
const SLOTS = 2_880;

/** How busy the shop is at a moment: quiet at four in the morning, busiest in the evening (Korean time). 0.25 to 1.75. */
export function rhythm(atMs: number): number {
  const ofDay = ((atMs + ZONE_OFFSET_MS) % DAY_MS) / DAY_MS;
  return 1 + 0.55 * Math.sin((ofDay - 0.42) * 2 * Math.PI) + 0.2 * Math.sin((ofDay - 0.1) * 4 * Math.PI);
}

/** Maps a share of all events (0 to 1) to a moment of the span, so that events follow the rhythm. Never decreases. */
export function timelineOf(fromMs: number, toMs: number): (share: number) => number {
  const reached = new Float64Array(SLOTS + 1);
  for (let slot = 0; slot < SLOTS; slot++) {
    reached[slot + 1] = (reached[slot] ?? 0) + rhythm(fromMs + ((slot + 0.5) / SLOTS) * (toMs - fromMs));
  }
  const total = reached[SLOTS] ?? 1;
  let slot = 0;
  let last = 0;
  return (share) => {
    if (share < last) slot = 0;
    last = share;
    const wanted = share * total;
    while (slot < SLOTS - 1 && (reached[slot + 1] ?? 0) < wanted) slot++;
    const start = reached[slot] ?? 0;
    const within = (wanted - start) / ((reached[slot + 1] ?? 0) - start);
    return fromMs + ((slot + Math.min(1, within)) / SLOTS) * (toMs - fromMs);
  };
}

/** A time in which the payment provider answers late. */
export interface Incident {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How bad the incident is at a moment: 0 (none) rising to 1 in its first 60 %, then recovering. */
export function severityAt(incident: Incident, atMs: number): number {
  const share = (atMs - incident.fromMs) / (incident.toMs - incident.fromMs);
  if (share <= 0 || share >= 1) return 0;
  return share < 0.6 ? Math.min(1, share / 0.3) : (1 - share) / 0.4;
}

/** RFC 3339 in UTC with milliseconds; formats the minute once and reuses it. */
export function clockText(): (atMs: number) => string {
  let minute = Number.NaN;
  let prefix = '';
  return (atMs) => {
    const whole = Math.floor(atMs);
    const current = Math.floor(whole / 60_000);
    if (current !== minute) {
      minute = current;
      prefix = new Date(current * 60_000).toISOString().slice(0, 17);
    }
    const ms = whole - current * 60_000;
    const seconds = Math.floor(ms / 1_000);
    return `${prefix}${seconds < 10 ? '0' : ''}${seconds}.${String(ms % 1_000).padStart(3, '0')}Z`;
  };
}
