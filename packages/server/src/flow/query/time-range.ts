import { MoalogError } from '#errors';

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const RELATIVE = /^now(?:([+-]\d{1,9})([smhdw]))?(?:\/([smhd]))?$/;
const ABSOLUTE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Nanoseconds since the epoch of `now-15m`, `now-1d/d`, RFC 3339, a date, or epoch milliseconds; null for anything else. */
export function toNanoseconds(text: string, nowMs: number): bigint | null {
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    const [, count, unit, floor] = relative;
    let ms = nowMs + (count === undefined || unit === undefined ? 0 : Number(count) * (UNITS_MS[unit] ?? 0));
    const grain = floor === undefined ? undefined : UNITS_MS[floor];
    if (grain !== undefined) ms = Math.floor(ms / grain) * grain;
    return BigInt(ms) * 1_000_000n;
  }
  if (/^\d{13}$/.test(text)) return BigInt(text) * 1_000_000n;
  const absolute = ABSOLUTE.exec(text);
  if (absolute === null) return null;
  const [, day = '', clock = '00:00', fraction = '', zone = 'Z'] = absolute;
  const ms = Date.parse(`${day}T${clock.length === 5 ? `${clock}:00` : clock}${zone}`);
  return Number.isNaN(ms) ? null : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

/** From (included) to (excluded), nanoseconds since the epoch. */
export interface TimeRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** DateTime64(9) reaches from 1900 to 2262. */
export const EARLIEST = -2_208_988_800_000_000_000n;
export const LATEST = 9_223_372_036_000_000_000n;

/** The moment itself, or the end of what the store can hold when it lies beyond. */
export const withinReach = (nanoseconds: bigint): bigint =>
  nanoseconds < EARLIEST ? EARLIEST : nanoseconds > LATEST ? LATEST : nanoseconds;

export function readTimeRange(from: string, to: string, nowMs: number): TimeRange {
  const read = (path: 'from' | 'to', text: string): bigint => {
    const value = toNanoseconds(text, nowMs);
    if (value === null) {
      const message = `${JSON.stringify(text)} is not a time; write 2026-11-19T10:00:00Z or now-15m.`;
      throw new MoalogError('invalid_request', `${path}: ${message}`, { places: [{ path, message }] });
    }
    return withinReach(value);
  };
  const range = { from: read('from', from), to: read('to', to) };
  if (range.from >= range.to) {
    throw new MoalogError('invalid_request', `from: ${from} is not before to: ${to}.`, {
      places: [{ path: 'from', message: 'is not before to' }],
    });
  }
  return range;
}

/** RFC 3339 with milliseconds. */
export const toIso = (nanoseconds: bigint): string => new Date(Number(nanoseconds / 1_000_000n)).toISOString();
