/** Ranges offered by name. */
export const PRESETS = [
  'now-5m',
  'now-15m',
  'now-1h',
  'now-6h',
  'now-24h',
  'now-7d',
  'now-30d',
  'now-365d',
  'now-20000d',
] as const;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds since the epoch of `now-15m` or an RFC 3339 time; NaN for anything else. */
export function toMs(point: string, now: number): number {
  const relative = /^now(?:-(\d+)([smhdw]))?$/.exec(point);
  if (relative !== null) return now - Number(relative[1] ?? 0) * (UNITS_MS[relative[2] ?? 's'] ?? 0);
  return Date.parse(point);
}

/** The range moved by its own length. */
export function moved(from: string, to: string, steps: number, now: number): { from: string; to: string } {
  const start = toMs(from, now);
  const end = toMs(to, now);
  const width = end - start;
  const iso = (ms: number): string => new Date(ms).toISOString();
  return { from: iso(start + steps * width), to: iso(end + steps * width) };
}

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** `2026-11-20 23:59:59.123`, local or UTC, from an RFC 3339 time with nanoseconds. */
export function formatTime(rfc3339: string, utc: boolean): string {
  const date = new Date(rfc3339);
  if (Number.isNaN(date.getTime())) return rfc3339;
  const [y, mo, d, h, mi, s, ms] = utc
    ? [
        date.getUTCFullYear(),
        date.getUTCMonth(),
        date.getUTCDate(),
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
        date.getUTCMilliseconds(),
      ]
    : [
        date.getFullYear(),
        date.getMonth(),
        date.getDate(),
        date.getHours(),
        date.getMinutes(),
        date.getSeconds(),
        date.getMilliseconds(),
      ];
  return `${pad(y, 4)}-${pad(mo + 1)}-${pad(d)} ${pad(h)}:${pad(mi)}:${pad(s)}.${pad(ms, 3)}`;
}

/** For a datetime-local input. */
export const toInput = (ms: number, utc: boolean): string =>
  formatTime(new Date(ms).toISOString(), utc).slice(0, 19).replace(' ', 'T');

export const fromInput = (text: string, utc: boolean): number => Date.parse(utc ? `${text}Z` : text);
