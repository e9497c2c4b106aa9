import type { LoadShape } from '#pipeline';
import type { OtherSignal } from '#transport';

/** What the loader must know of a segment's frames before its statement is written. */
export interface SegmentShape {
  readonly shape: LoadShape;
  /** Zones that frames name, in the order of the parameters `zone_0`, `zone_1`, …. */
  readonly zones: readonly string[];
  /** Log events in the segment: lines that are neither headers nor of other signals. */
  readonly events: number;
  /** Lines of the other signals. */
  readonly others: ReadonlyMap<OtherSignal, number>;
}

// Quotes inside JSON strings are escaped, so these find keys alone. A source's attribute of the same name finds too much, which
// costs time and changes nothing.
const ZONE = /"timezone":"([A-Za-z0-9_+\-/]{1,64})"/g;
const OVERRIDE = /"(?:time|message|level)_fields":\["/;
const ADDED = /"attributes":\{"/;
const ROWS = /"rows":(\d+)/g;
const OTHER_ROWS = /"signal":"(spans|metrics)","rows":(\d+)/g;

/** Reads it from the text of the frame index, without parsing every frame: a segment may hold a hundred thousand. */
export function segmentShape(
  frames: string,
  lines: LoadShape['lines'],
  isZone: (name: string) => boolean,
): SegmentShape {
  const zones = [...new Set([...frames.matchAll(ZONE)].map((match) => match[1] ?? ''))].filter(
    (zone) => zone !== 'UTC' && isZone(zone),
  );
  let events = 0;
  for (const match of frames.matchAll(ROWS)) events += Number(match[1]);
  const others = new Map<OtherSignal, number>();
  for (const [, signal, rows] of frames.matchAll(OTHER_ROWS)) {
    const name = signal === 'spans' ? 'spans' : 'metrics';
    others.set(name, (others.get(name) ?? 0) + Number(rows));
    events -= Number(rows);
  }
  return {
    shape: {
      lines,
      overrides: OVERRIDE.test(frames),
      adds: ADDED.test(frames),
      mixed: others.size > 0,
      zones: zones.length,
    },
    zones,
    events,
    others,
  };
}
